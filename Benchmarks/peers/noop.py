# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Tasks that do nothing through one Python scheduler: `noop.py NAME TASKS WORKERS ROUNDS`, one JSON object as answer.

Each is used as its manual recommends for many small tasks: Dask with one `client.map`, Ray with `ray.get` on batches,
ipyparallel with one `map` of a load-balanced view, a task a message. Workers are started and warm before timing.
"""

import json
import logging
import sys
import time

WARM_UP = 1000
RAY_BATCH = 5000


def noop(index: int) -> int:
    return index


def dask(workers: int):
    import distributed

    cluster = distributed.LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None)
    client = distributed.Client(cluster)

    def run(tasks: int) -> list[int]:
        # Not pure: equal arguments would otherwise be answered from the results of the warm-up.
        return client.gather(client.map(noop, range(tasks), pure=False))

    def close() -> None:
        client.close()
        cluster.close()

    return distributed.__version__, run, close


def ray(workers: int):
    import ray

    ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    task = ray.remote(noop)

    def run(tasks: int) -> list[int]:
        results = []
        for start in range(0, tasks, RAY_BATCH):
            results += ray.get([task.remote(index) for index in range(start, min(start + RAY_BATCH, tasks))])
        return results

    return ray.__version__, run, ray.shutdown


def ipyparallel(workers: int):
    import ipyparallel

    cluster = ipyparallel.Cluster(n=workers, log_level=logging.ERROR)
    view = cluster.start_and_connect_sync().load_balanced_view()

    def run(tasks: int) -> list[int]:
        return list(view.map_async(noop, range(tasks), chunksize=1).get())

    return ipyparallel.__version__, run, cluster.stop_cluster_sync


def main() -> None:
    name, tasks, workers, rounds = sys.argv[1], *map(int, sys.argv[2:5])
    version, run, close = {"dask": dask, "ray": ray, "ipyparallel": ipyparallel}[name](workers)
    run(WARM_UP)
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        results = run(tasks)
        seconds.append(time.perf_counter() - start)
        assert results == list(range(tasks)), f"{name} lost or reordered results"
    # Before closing, which some of them comment on.
    print(json.dumps({"version": version, "tasks": tasks, "seconds": seconds}), flush=True)
    close()


if __name__ == "__main__":
    main()
