"""What runs in the lab's own Python environment, beside OpenStack: never imported by the rest of the project.

The folder above is put on PYTHONPATH; the `.dist-info` beside this package is how Neutron finds `fabric`.
"""
