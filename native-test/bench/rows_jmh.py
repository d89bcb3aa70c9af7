"""Group jmh: the primitives one by one, in GB/s per CPU second, beside figures noted before."""

import json
import os
import re
import signal
import subprocess
from pathlib import Path

from meter import Failed
from rows import Row
from settings import REPO

MODULE = REPO / "native-test"
PROFILER = "kith.bench.CpuProfiler"

# Measured in experiments before the product was written, on 2 cores of an AMD EPYC with AVX-512
# and VAES: JDK 17, JDK 25. Where inputs differed in length the row's title tells.
NOTED = {
    "Chunker.cut": (2.15, 3.2),
    "Chunk.hmac": (1.8, 1.8),
    "Chunk.compress TEXT": (0.50, 0.50),
    "Chunk.compress RANDOM": (7.6, 7.6),
    "Decompress.text": (1.6, 1.6),
    "Gcm.encrypt": (4.3, 8.8),
    "Gcm.decrypt": (4.3, 8.8),
    "ReedSolomon.encode 10+4 isal": (9.4, 9.4),
    "ReedSolomon.encode 10+4 tables": (1.45, 1.45),
    "ReedSolomon.encode 20+20 tables": (0.57, 0.57),
    "ReedSolomon.encode 20+20 isal": (2.7, 2.7),
    "Pipeline.wholePipeline TEXT": (0.27, 0.27),
    "Pipeline.wholePipeline RANDOM": (0.58, 0.58),
    "Pipeline.wholePipeline HALF": (0.35, 0.35),
}


def run(settings, data, results, base):
    text = data.path("text")
    print("compiling the micro-benchmarks", flush=True)
    built = subprocess.run(["mvn", "-B", "-ntp", "-q", "-Pjmh", "-pl", "native-test", "-am",
                            "test-compile"], cwd=REPO, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True)
    if built.returncode:
        raise Failed(f"the micro-benchmarks don't compile:\n{built.stdout}")
    selected = [asked[4:] for asked in settings.rows if asked.startswith("jmh.")]
    for home, version in java_homes(settings):
        run_on(settings, results, base, Jvm(home, version, text, selected))
        results.save()


class Jvm:
    """A JDK and what it is to run."""

    def __init__(self, home, version, text, selected):
        self.home, self.version, self.text = home, version, text
        self.patterns = [re.escape(name) for name in selected]


def run_on(settings, results, base, jvm):
    told = base / f"jmh-{jvm.version}.json"
    times = ["-wi", "3", "-i", "2", "-w", "1s", "-r", "500ms"] if settings.quick else \
        ["-wi", "5", "-i", str(max(5, settings.rounds)), "-w", "1s", "-r", "1s"]
    classpath = f"{MODULE}/target/jmh-classes:" + \
        (MODULE / "target/jmh-classpath").read_text().strip()
    options = f"-Xmx512m -Dkith.bench.text={jvm.text}"
    if jvm.version >= 24:
        options += " --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
    argv = [f"{jvm.home}/bin/java", "-cp", classpath, "org.openjdk.jmh.Main", *jvm.patterns,
            "-f", "1", *times, "-bm", "thrpt", "-tu", "s", "-prof", PROFILER, "-foe", "false",
            "-jvmArgs", options, "-rf", "json", "-rff", str(told)]
    print(f"jmh on JDK {jvm.version}", flush=True)
    # A session of its own, so that the JVMs that JMH forks can be ended with it.
    process = subprocess.Popen(settings.pinned(argv), cwd=base, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True,
                               start_new_session=True)
    try:
        log = process.communicate()[0]
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if process.returncode or not told.exists():
        raise Failed(f"JMH failed on JDK {jvm.version}:\n{log[-3000:]}")
    for entry in json.loads(told.read_text()):
        record(results, entry, jvm.version)


def record(results, entry, version):
    kind, method = entry["benchmark"].split(".")[-2:]
    name = " ".join([f"{kind.removesuffix('Benchmark')}.{method}",
                     *(entry.get("params") or {}).values()])
    row = Row("jmh", name.replace(" ", ":"), name, "GB/s", us=f"JDK {version}")
    if row.key in results.rows:
        row = results.rows[row.key]["row"]
    figures = entry["secondaryMetrics"]["perCpuSecond"]["rawData"]
    for value in (v for fork in figures for v in fork):
        results.add(row, f"JDK {version}", value / 1e9)
    wall = entry["primaryMetric"]["score"] / 1e9
    results.entry(row, f"JDK {version}")["columns"]["wall"] = [round(wall, 3)]
    noted = NOTED.get(name) or NOTED.get(name.split(" ")[0])
    if noted:
        results.entry(row, f"noted, JDK {version}")["rounds"] = [noted[version >= 25]]


def java_homes(settings):
    """The JDKs to run on, one per version from 17 on; of a quick run the newest."""
    found = {}
    for home in settings.java_homes or map(str, sorted(Path("/usr/lib/jvm").glob("*/"))):
        release = Path(home) / "release"
        told = re.search(r'JAVA_VERSION="(\d+)', release.read_text()) if release.exists() else None
        if told and int(told[1]) >= 17 and (Path(home) / "bin/java").exists():
            found[int(told[1])] = str(Path(home).resolve())
    if not found:
        raise Failed("no JDK from 17 on in /usr/lib/jvm: name one in JAVA_HOMES")
    versions = sorted(found, reverse=True)
    return [(found[v], v) for v in (versions[:1] if settings.quick else versions)]
