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
            body.Write(Block(VarInt.Read(ref rest)));
        }

        return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
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
