using System.Text;
using System.Text.Json;
using ConsoleWeb.Features.Requests.Conversations;

namespace ConsoleWeb.Data.Logs.Bodies;

/// <summary>The words of a part of a body, for the search: what the viewer shows of a message, else all strings that are no names of members.</summary>
internal static class BodyText
{
    /// <summary>Characters of one part that are searched.</summary>
    private const int Most = 128 * 1024;

    /// <summary>Strings longer than this without a blank are data, not words.</summary>
    private const int LongestWord = 256;

    public static string Extract(ReadOnlySpan<byte> part)
    {
        var text = new StringBuilder();
        if (ConversationPiece.Read(part) is { } pieces)
        {
            foreach (var piece in pieces)
            {
                AppendPiece(text, piece);
            }
        }
        else
        {
            AppendStrings(text, part);
        }

        return text.Length > Most ? text.ToString(0, Most) : text.ToString();
    }

    private static void AppendPiece(StringBuilder text, ConversationPart piece)
    {
        Append(text, piece.Title);
        Append(text, piece.Result);
        if (piece.Kind is PartKind.ToolCall or PartKind.Other && piece.Text.StartsWith('{'))
        {
            AppendStrings(text, Encoding.UTF8.GetBytes(piece.Text));
        }
        else
        {
            Append(text, piece.Text);
        }
    }

    private static void AppendStrings(StringBuilder text, ReadOnlySpan<byte> part)
    {
        while (text.Length < Most)
        {
            var open = part.IndexOf((byte)'"');
            if (open < 0)
            {
                break;
            }

            part = part[(open + 1)..];
            var length = Length(part);
            if (length < 0)
            {
                // The rest of a text whose end is in the next part.
                Append(text, part);
                break;
            }

            var after = part[Math.Min(part.Length, length + 1)..];
            if (after.TrimStart(" \t\r\n"u8) is not [(byte)':', ..])
            {
                Append(text, part[..length]);
            }

            part = after;
        }
    }

    /// <returns>The length of a string whose opening quote stands before; -1 when it does not end here.</returns>
    private static int Length(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            var next = bytes[i..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
            {
                return -1;
            }

            i += next;
            if (bytes[i] == '"')
            {
                return i;
            }

            i++;
        }

        return -1;
    }

    private static void Append(StringBuilder text, ReadOnlySpan<byte> escaped) => Append(text, Unescape(escaped));

    private static void Append(StringBuilder text, string? said)
    {
        if (said is { Length: > 1 } && (said.Length <= LongestWord || said.Contains(' ', StringComparison.Ordinal)))
        {
            text.Append(said, 0, Math.Min(said.Length, Most)).Append('\n');
        }
    }

    private static string Unescape(ReadOnlySpan<byte> escaped)
    {
        if (!escaped.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetString(escaped);
        }

        var quoted = new byte[escaped.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        escaped.CopyTo(quoted.AsSpan(1));
        try
        {
            return JsonSerializer.Deserialize<string>(quoted) ?? "";
        }
        catch (JsonException)
        {
            return Encoding.UTF8.GetString(escaped);
        }
    }
}
