# The service with the committed checkpoints. The last stage holds Python, packages and our code: no compiler, no pip cache.
#   docker build -t inkstream .                                    on the CPU
#   docker build -t inkstream:cuda --build-arg TORCH=cu130 .       on CUDA
# An image by digest never changes: --build-arg PYTHON=python:3.11-slim@sha256:...
ARG PYTHON=python:3.11-slim

FROM $PYTHON AS packages
# PyTorch's builds differ by device, and lie in indexes of their own; whatever else there is comes from pip's own index.
ARG TORCH=cpu
ARG TORCH_INDEX=https://download.pytorch.org/whl/$TORCH
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements.lock pyproject.toml ./
# The ranges apart from the code, so that a change of code leaves the packages as they are. Of PyTorch nothing is kept
# that only serves to compile extensions.
RUN python -m venv --without-pip /venv \
 && pip --python /venv/bin/python install --no-deps --index-url "$TORCH_INDEX" "$(grep '^torch==' requirements.lock)" \
 && python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
      > ranges.txt \
 && pip --python /venv/bin/python install --constraint requirements.lock --requirement ranges.txt \
 && rm -rf /venv/lib/python3*/site-packages/torch/include /venv/lib/python3*/site-packages/torch/share

FROM $PYTHON AS code
WORKDIR /build
COPY LICENSE README.md pyproject.toml ./
COPY app app
COPY inkstream inkstream
COPY model model
COPY training training
RUN pip install --disable-pip-version-check --no-cache-dir --no-deps --target /code .

FROM $PYTHON
LABEL org.opencontainers.image.title="Inkstream" org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin inkstream \
 && mkdir /checkpoints
# Checkpoints that people add lie in /checkpoints, and come before those of the image. The service may write neither:
# what is copied below belongs to root.
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    INKSTREAM_HOST=0.0.0.0 \
    INKSTREAM_CHECKPOINTS=/checkpoints,checkpoints \
    INKSTREAM_WRITABLE_CHECKPOINTS=refuse
VOLUME /checkpoints
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["python", "-m", "app"]
WORKDIR /srv/inkstream
COPY checkpoints checkpoints
COPY --from=packages /venv /venv
COPY --from=code /code .
