"""A way to the partners on which every byte takes its time, but as many as one likes are under way.

Connections to the partners' ports are led through a relay of this process, which passes on what
comes after the delay; this kernel has no netem. What connects from RELAY is not led astray.
"""

import asyncio
import subprocess
import threading

RELAY = "127.0.2.1"
TABLE = "kith-bench-delay"
PIECE = 64 << 10
BACKLOG = 1024  # pieces under way in one direction: 64 MiB


class Delay:
    """Both directions late by half of `round_trip` seconds, from `with` on to its end."""

    def __init__(self, addresses, port, round_trip):
        self.addresses, self.port, self.late = addresses, port, round_trip / 2
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.servers = []

    def __enter__(self):
        self.thread.start()
        try:
            for address in self.addresses:
                self.servers.append(self.call(self.listen(address)))
            nft(f"add table ip {TABLE}", f"delete table ip {TABLE}", f"add table ip {TABLE}",
                f"add chain ip {TABLE} out {{ type nat hook output priority -100; }}",
                *(f"add rule ip {TABLE} out ip daddr {address} ip saddr != {RELAY} "
                  f"tcp dport {self.port} dnat to {relayed(address)}:{self.port}"
                  for address in self.addresses))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        nft(f"add table ip {TABLE}", f"delete table ip {TABLE}")
        self.call(self.end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    def call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    async def end(self):
        for server in self.servers:
            server.close()
        running = asyncio.all_tasks() - {asyncio.current_task()}
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def listen(self, address):
        async def accept(reader, writer):
            try:
                far = await asyncio.open_connection(address, self.port, local_addr=(RELAY, 0))
            except OSError:
                writer.close()
                return
            await asyncio.gather(self.passed(reader, far[1]), self.passed(far[0], writer))

        return await asyncio.start_server(accept, relayed(address), self.port)

    async def passed(self, reader, writer):
        under_way = asyncio.Queue(BACKLOG)
        delivery = asyncio.ensure_future(self.deliver(under_way, writer))
        try:
            while piece := await reader.read(PIECE):
                await under_way.put((self.loop.time() + self.late, piece))
        except OSError:
            pass  # a connection that breaks ends for both
        await under_way.put((self.loop.time() + self.late, b""))
        await delivery

    async def deliver(self, under_way, writer):
        broken = False
        while True:
            due, piece = await under_way.get()
            if not piece:
                writer.close()
                return
            await asyncio.sleep(due - self.loop.time())
            try:
                if not broken:
                    writer.write(piece)
                    await writer.drain()
            except OSError:
                broken = True


def relayed(address):
    """Where the relay stands in for 127.0.0.x."""
    return address.replace("127.0.0.", "127.0.1.", 1)


def nft(*commands):
    subprocess.run(["nft", "-f", "-"], input="\n".join(commands) + "\n", text=True, check=True)
