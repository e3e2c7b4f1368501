from tests.batch.safe.conftest import tiny, tiny_template

__all__ = ["tiny", "tiny_template"]
