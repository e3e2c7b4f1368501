"""The Celery application of `vds_layer`'s worker process."""

from benchmarks.peers.vds_layer import worker_app

app = worker_app()
