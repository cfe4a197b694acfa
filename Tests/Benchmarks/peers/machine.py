"""What the tables of the benchmarks say of the machine."""
import os
import platform
import re


def processor():
    """The processor's name, its cores, the instructions that matter here, and the load."""
    with open("/proc/cpuinfo") as file:
        text = file.read()
    name = re.search(r"model name\s*: (.*)", text).group(1)
    flags = set(re.search(r"flags\s*: (.*)", text).group(1).split())
    known = [flag for flag in ("avx2", "avx512bw", "avx512_vnni", "avx_vnni", "amx_int8") if flag in flags]
    return f"{name}, {os.cpu_count()} cores, {' '.join(known)}; load {os.getloadavg()[0]:.1f}; {platform.system()}"
