import socket

from tools.servers.ports import HOST, free_port


def test_a_free_port_can_be_listened_on() -> None:
    port = free_port()
    with socket.socket() as server:
        server.bind((HOST, port))
        server.listen()
        with socket.create_connection((HOST, port), timeout=5):
            pass
