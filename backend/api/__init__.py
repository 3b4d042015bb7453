"""The web API: routes, shapes, and what stands between them and the services."""
