# syntax=docker/dockerfile:1
# docker build --tag segments .
# docker run --rm --volume "$PWD/output:/project/output" segments build     # the sample
# docs/install.md has your own file.

FROM python:3.12-slim AS wheel
COPY . /source
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels /source \
    # the versions of the lock; its hashes are of more than is installed here
    && sed -nE 's/^([A-Za-z0-9._-]+)(\[[a-z0-9,_-]+\])?==([^ ]+).*/\1==\3/p' \
        /source/requirements.lock > /wheels/constraints.txt

FROM python:3.12-slim
COPY --from=wheel /wheels /wheels
RUN pip install --no-cache-dir --constraint /wheels/constraints.txt \
        "segmentation[mcp] @ file://$(ls /wheels/segmentation-*.whl)" \
    && segments new /project \
    # whoever --user says may build
    && chmod -R a+rwX /project
ENV HOME=/tmp
WORKDIR /project
USER 1000
ENTRYPOINT ["segments"]
CMD ["--help"]
