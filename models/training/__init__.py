"""Training: examples from disk, augmentation, one loop for every network.

python -m models.training.segmentation --train DIR --val DIR --out RUN
python -m models.training.roi --train DIR --val DIR --out RUN
python -m models.training.publish RUN --name m2cf_net-small
python -m models.training.score --test DIR --name m2cf_net-small --folder YOUR_WEIGHTS
"""
