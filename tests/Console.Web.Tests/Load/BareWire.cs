using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace ConsoleWeb.Tests.Load;

/// <summary>A client and an upstream that allocate nothing for a call, so that what is allocated is the gateway's. Each connection has a thread that waits for its socket.</summary>
internal sealed class BareWire : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _answer;

    /// <param name="answer">What every request is answered with, head and body.</param>
    public BareWire(byte[] answer)
    {
        _answer = answer;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Sends a request so many times over one connection, one after the other.</summary>
    /// <param name="isAnswer">Whether what has come is an answer as it should be, from its first to its last byte.</param>
    public static void Call(int port, byte[] request, int times, Func<ReadOnlySpan<byte>, bool> isAnswer)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        var buffer = new byte[256 * 1024];
        for (var i = 0; i < times; i++)
        {
            Send(socket, request);
            var length = Receive(socket, buffer);
            Assert.True(isAnswer(buffer.AsSpan(0, length)));
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                var socket = _listener.Accept();
                new Thread(() => Serve(socket)) { IsBackground = true }.Start();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private void Serve(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            var buffer = new byte[256 * 1024];
            try
            {
                while (Receive(socket, buffer) > 0)
                {
                    Send(socket, _answer);
                }
            }
            catch (SocketException)
            {
                // The gateway has closed it.
            }
        }
    }

    private static void Send(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }

    /// <summary>Reads one message.</summary>
    /// <returns>Its length; 0 when the connection has ended.</returns>
    private static int Receive(Socket socket, byte[] buffer)
    {
        var length = 0;
        while (!IsWhole(buffer.AsSpan(0, length)))
        {
            var read = socket.Receive(buffer.AsSpan(length));
            if (read == 0)
            {
                return 0;
            }

            length += read;
        }

        return length;
    }

    /// <summary>By its length, or by its last chunk.</summary>
    private static bool IsWhole(ReadOnlySpan<byte> message)
    {
        var end = message.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var at = message[..end].IndexOf("Content-Length: "u8);
        return at < 0
            ? message.EndsWith("\r\n0\r\n\r\n"u8)
            : Utf8Parser.TryParse(message[(at + "Content-Length: ".Length)..], out int body, out _) && message.Length >= end + 4 + body;
    }
}
