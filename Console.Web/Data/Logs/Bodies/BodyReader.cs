using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Bodies;

/// <summary>Puts stored bodies together again.</summary>
internal sealed class BodyReader(SqliteConnection connection)
{
    private readonly Dictionary<long, byte[]> _blocks = [];

    /// <param name="list">What <see cref="BodyWriter"/> has stored; null: no body.</param>
    /// <exception cref="InvalidDataException">A part is missing or damaged.</exception>
    public string? Read(byte[]? list)
    {
        if (list is null)
        {
            return null;
        }

        using var body = new MemoryStream();
        ReadOnlySpan<byte> rest = list;
        while (!rest.IsEmpty)
        {
            body.Write(Block(ReadNumber(ref rest)));
        }

        return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
    }

    /// <summary>Seven bits to a byte, the lowest first.</summary>
    public static void WriteNumber(IBufferWriter<byte> output, long number)
    {
        var value = (ulong)number;
        var bytes = output.GetSpan(10);
        var length = 0;
        while (value >= 0x80)
        {
            bytes[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        bytes[length++] = (byte)value;
        output.Advance(length);
    }

    public static long ReadNumber(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64 && !bytes.IsEmpty; shift += 7)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return (long)value;
            }
        }

        throw new InvalidDataException("A stored body is damaged.");
    }

    private byte[] Block(long id)
    {
        if (!_blocks.TryGetValue(id, out var bytes))
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT data FROM blocks WHERE id = @id";
            command.Parameters.AddWithValue("@id", id);
            bytes = command.ExecuteScalar() is byte[] data ? LogText.Expand(data) : throw new InvalidDataException("A part of a stored body is missing.");
            _blocks.Add(id, bytes);
        }

        return bytes;
    }
}
