using System.Security.Cryptography;
using System.Text.Json;
using ConsoleWeb.Data.Entities;

namespace ConsoleWeb.Audit;

/// <summary>Binds each entry of the audit log to the one before, with a key that is not in the database.</summary>
internal static class AuditChain
{
    /// <summary>What stands before the first entry.</summary>
    public static byte[] Start { get; } = new byte[HMACSHA256.HashSizeInBytes];

    public static byte[] Hash(byte[] key, byte[] previous, AuditEntry entry)
    {
        using var text = new MemoryStream();
        text.Write(previous);
        using (var json = new Utf8JsonWriter(text))
        {
            // An array, so that no text can pass for a part of another field.
            json.WriteStartArray();
            json.WriteNumberValue(entry.Sequence);
            json.WriteNumberValue(entry.At.ToUnixTimeMilliseconds());
            json.WriteStringValue(entry.Action);
            json.WriteStringValue(entry.Actor);
            json.WriteStringValue(entry.Source);
            json.WriteStringValue(entry.Address);
            json.WriteStringValue(entry.TokenId?.ToString());
            json.WriteStringValue(entry.Target);
            json.WriteStringValue(entry.Outcome);
            json.WriteStringValue(entry.Details);
            json.WriteEndArray();
        }

        return HMACSHA256.HashData(key, text.GetBuffer().AsSpan(0, (int)text.Length));
    }
}
