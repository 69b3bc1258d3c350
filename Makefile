# `make` lists the targets. All of them are in homecare/bootstrap.py; here is only found what can
# run it: a Python 3.11 or newer, with the modules that make a virtual environment if there is one.

.POSIX:

FIND = new=; for python in "$$PYTHON" python3 python3.15 python3.14 python3.13 python3.12 python3.11 python; do \
	  [ -n "$$python" ] || continue; \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	  new=$$python; "$$python" -c 'import ensurepip, venv' >/dev/null 2>&1 && break; \
	done; \
	[ -n "$$new" ] || { \
	  echo "Python 3.11 or newer is needed, and none was found. Install one, or name it: make $@ PYTHON=/path/to/python3" >&2; \
	  exit 1; }; \
	exec "$$new" -I homecare/bootstrap.py

help:
	@$(FIND) help
demo demo-reset test environment check fix lock clean:
	@$(FIND) $@

.PHONY: help demo demo-reset test environment check fix lock clean
