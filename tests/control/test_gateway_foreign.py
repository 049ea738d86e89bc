"""The OPC UA face seen by another stack: node-opcua-client, where Node.js finds it (`NODE_PATH`)."""

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CLIENT = Path(__file__).with_name("foreign_client.js")


def has_node_opcua() -> bool:
    node = shutil.which("node")
    if node is None:
        return False
    found = subprocess.run([node, "-e", "require.resolve('node-opcua-client')"], capture_output=True)
    return found.returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(not has_node_opcua(), reason="node-opcua-client is not installed (npm, NODE_PATH)")
async def test_node_opcua_reads_commands_and_acknowledges(tmp_path: Path) -> None:
    core = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.control.face_driver",
        str(tmp_path),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert core.stdout is not None and core.stdin is not None
    try:
        told = (await core.stdout.readline()).decode()
        client = await asyncio.create_subprocess_exec(
            "node", str(CLIENT), told, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        out, err = await client.communicate()
        assert client.returncode == 0, err.decode()
    finally:
        core.stdin.close()
        await core.wait()
    # Its library talks on the same stream.
    found = json.loads(next(line for line in out.decode().splitlines() if line.startswith('{"browsed"')))
    assert found["browsed"] > 80
    assert found["read"][1] == "Good"
    assert found["alarm"][1:] == [True, False, True, 900]
    assert (found["ack"], found["shelve"], found["refresh"]) == ("Good", "Good", "Good")
    assert found["history"][0] == "Good" and len(found["history"][1]) == 5
    assert (found["control"], found["command"][1]) == ([True, "null"], "accepted")
    assert found["recent"] == ["verified"]
    assert found["write"] == "BadNotWritable"
    assert found["changes"] > 0
