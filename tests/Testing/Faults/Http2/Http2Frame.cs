using System.Buffers.Binary;
using System.Text;

namespace Gateway.Testing.Faults.Http2;

/// <summary>Types of frames (RFC 9113, 6).</summary>
public enum Http2Type : byte
{
    Data = 0,
    Headers = 1,
    Reset = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}

/// <summary>Error codes (RFC 9113, 7) that tests use.</summary>
public enum Http2Error
{
    None = 0,
    Protocol = 1,
    Internal = 2,
    RefusedStream = 7,
    Cancel = 8,
    EnhanceYourCalm = 11,
}

/// <summary>One frame as it is on the wire.</summary>
public sealed record Http2Frame(Http2Type Type, byte Flags, int Stream, byte[] Payload)
{
    public const byte EndStream = 1;

    public const byte Ack = 1;

    public const byte EndHeaders = 4;

    /// <summary>What a client sends before anything else.</summary>
    public static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    private const int HeadLength = 9;

    /// <summary>Error code of a frame that ends a stream or a connection.</summary>
    public Http2Error Error => Type switch
    {
        Http2Type.Reset => (Http2Error)BinaryPrimitives.ReadInt32BigEndian(Payload),
        Http2Type.GoAway => (Http2Error)BinaryPrimitives.ReadInt32BigEndian(Payload.AsSpan(4)),
        _ => Http2Error.None,
    };

    public static byte[] Write(Http2Type type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[HeadLength + payload.Length];
        bytes[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(1), (ushort)payload.Length);
        (bytes[3], bytes[4]) = ((byte)type, flags);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), stream);
        payload.CopyTo(bytes.AsSpan(HeadLength));
        return bytes;
    }

    public static byte[] Reset(int stream, Http2Error error) => Write(Http2Type.Reset, 0, stream, Number((int)error));

    /// <param name="last">The last stream that has been or will be looked at.</param>
    public static byte[] GoAway(int last, Http2Error error) => Write(Http2Type.GoAway, 0, 0, [.. Number(last), .. Number((int)error)]);

    public static byte[] WindowUpdate(int stream, int bytes) => Write(Http2Type.WindowUpdate, 0, stream, Number(bytes));

    /// <param name="settings">Number and value of each.</param>
    public static byte[] Settings(params ReadOnlySpan<(int Id, int Value)> settings)
    {
        var payload = new List<byte>();
        foreach (var (id, value) in settings)
        {
            payload.AddRange([0, (byte)id, .. Number(value)]);
        }

        return Write(Http2Type.Settings, 0, 0, payload.ToArray());
    }

    /// <summary>Headers in the plainest coding: literal, not indexed, no Huffman (RFC 7541, 6.2.2).</summary>
    public static byte[] Block(params IEnumerable<(string Name, string Value)> headers)
    {
        var block = new List<byte>();
        foreach (var (name, value) in headers)
        {
            block.Add(0);
            Text(block, name);
            Text(block, value);
        }

        return [.. block];
    }

    /// <returns>The next frame, or null at the end.</returns>
    public static async Task<Http2Frame?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            var head = new byte[HeadLength];
            await stream.ReadExactlyAsync(head, cancellationToken);
            var payload = new byte[(head[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(1))];
            await stream.ReadExactlyAsync(payload, cancellationToken);
            return new Http2Frame((Http2Type)head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)) & int.MaxValue, payload);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public bool Has(byte flag) => (Flags & flag) != 0;

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static void Text(List<byte> block, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        var length = bytes.Length;
        if (length < 127)
        {
            block.Add((byte)length);
        }
        else
        {
            block.Add(127);
            for (length -= 127; length >= 128; length /= 128)
            {
                block.Add((byte)(128 | (length % 128)));
            }

            block.Add((byte)length);
        }

        block.AddRange(bytes);
    }
}
