"""Generates the messages before the package is built; everything else is in pyproject.toml."""
import os
import runpy

from setuptools import setup

runpy.run_path(os.path.join(os.path.dirname(os.path.abspath(__file__)), "generate.py"), run_name="__main__")
setup()
