"""A core with a face in a process of its own, for clients of other makes; run as a program.

Prints one JSON line: endpoint, namespace index, and the files of a certificate and key that it trusts.
Polls a PLC without a wire, trips it, and ends when its standard input does.
"""

import asyncio
import json
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.control.face import CLIENT_URI, face, keys
from tests.control.house import PASSWORD


async def main(folder: Path) -> None:
    own = keys() / "client"
    certificate = x509.load_der_x509_certificate((own / "certificate.der").read_bytes())
    (folder / "client.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    async with face(folder) as rig:
        await rig.house.control.release(rig.house.operator)
        told = {
            "endpoint": rig.gateway.endpoint,
            "index": rig.index,
            "certificate": str(folder / "client.pem"),
            "key": str(own / "key.pem"),
            "uri": CLIENT_URI,
            "user": "operator",
            "password": PASSWORD,
        }
        print(json.dumps(told), flush=True)
        ended = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
        turn = 0
        while not ended.done():
            turn += 1
            rig.house.rig.plc.put("POWER_NET", 500.0 + turn % 50)
            rig.house.rig.plc.put("TRIPS", 1 if turn > 20 else 0)
            await rig.house.rig.poll()
            await rig.historian.flush()
            await asyncio.wait([ended], timeout=0.1)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
