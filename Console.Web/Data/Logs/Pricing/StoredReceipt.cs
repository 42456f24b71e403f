using System.Text.Json;

namespace ConsoleWeb.Data.Logs.Pricing;

/// <summary>The receipt inside a stored record: the member <c>gatehouse.cost</c>.</summary>
internal sealed record StoredReceipt(string? Source, string? PriceId, string? PriceDate, bool IsEstimate, IReadOnlyList<ReceiptLine> Lines)
{
    private static readonly StoredReceipt None = new(null, null, null, IsEstimate: false, []);

    /// <returns>Without lines where the record has none.</returns>
    /// <exception cref="JsonException">It is not a record.</exception>
    public static StoredReceipt Read(ReadOnlySpan<byte> record)
    {
        var reader = new Utf8JsonReader(record);
        reader.Read();
        return Enter(ref reader, "gatehouse"u8) && Enter(ref reader, "cost"u8) ? ReadCost(ref reader) : None;
    }

    /// <summary>Goes on to the value of a member of the object that the reader stands on.</summary>
    private static bool Enter(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        while (reader.TokenType == JsonTokenType.StartObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            do
            {
                var isMeant = reader.ValueTextEquals(name);
                reader.Read();
                if (isMeant)
                {
                    return reader.TokenType == JsonTokenType.StartObject;
                }

                reader.Skip();
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName);
        }

        return false;
    }

    private static StoredReceipt ReadCost(ref Utf8JsonReader reader)
    {
        var (source, id, date, isEstimate) = ((string?)null, (string?)null, (string?)null, false);
        List<ReceiptLine> lines = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "source":
                    source = reader.GetString();
                    break;
                case "price_id":
                    id = reader.GetString();
                    break;
                case "price_date":
                    date = reader.GetString();
                    break;
                case "is_estimate":
                    isEstimate = reader.TokenType == JsonTokenType.True;
                    break;
                case "lines" when reader.TokenType == JsonTokenType.StartArray:
                    while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                    {
                        lines.Add(ReadLine(ref reader));
                    }

                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new(source, id, date, isEstimate, lines);
    }

    private static ReceiptLine ReadLine(ref Utf8JsonReader reader)
    {
        var (bucket, tokens, rate, amount) = ("", 0L, 0m, 0m);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "bucket":
                    bucket = reader.GetString() ?? "";
                    break;
                case "tokens":
                    tokens = reader.GetInt64();
                    break;
                case "rate":
                    rate = reader.GetDecimal();
                    break;
                case "amount":
                    amount = reader.GetDecimal();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new(bucket, tokens, rate, amount);
    }
}
