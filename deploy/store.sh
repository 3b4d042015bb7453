#!/bin/sh
# Start SeaweedFS with the keys of the environment, and make the bucket once it answers.
set -eu
cat > /tmp/s3.json <<JSON
{"identities": [{"name": "focusscope", "actions": ["Admin"],
  "credentials": [{"accessKey": "$STORE_KEY_ID", "secretKey": "$STORE_SECRET"}]}]}
JSON
(
	until echo "s3.bucket.create -name focusscope" | weed shell && wget -q -O /dev/null http://127.0.0.1:8888/buckets/focusscope/
	do sleep 1; done
) &
# Only S3, which asks for keys, is to be reached from other containers; master, volumes and filer ask for none.
# As many volumes as the disk has room for: of the 8 that it makes unless told, one is the bucket's, and 30 GB would be all.
exec weed server -dir=/data -ip=127.0.0.1 -ip.bind=127.0.0.1 -master.volumeSizeLimitMB=1024 -volume.max=0 \
	-filer -s3 -s3.ip.bind=0.0.0.0 -s3.port=8333 -s3.config=/tmp/s3.json
