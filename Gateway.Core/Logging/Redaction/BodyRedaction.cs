using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Core.Logging.Redaction;

/// <summary>
/// One body on its way through the rules. What no rule means is copied byte by byte, so that JSON stays JSON and looks as it did. A body
/// may have been cut off for the log: what is left of it is treated in the same way, and a value that a path means goes with its rest.
/// </summary>
/// <param name="time">Counts the time at work, not that of the wall.</param>
internal sealed class BodyRedaction(RedactionSelection rules, SortedSet<string> fired, TimeProvider time)
{
    /// <summary>What all rules together may take for each 64 Ki characters of a body. Some milliseconds are usual.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    private const int Piece = 64 * 1024;

    /// <summary>Characters that rules look through between two looks at the clock, which costs as much as some of them.</summary>
    private const int Stride = 4096;

    /// <summary>Digits of numbers that may be more than a count: those of cards.</summary>
    private const int ShortestNumber = 13;

    private static readonly JsonReaderOptions Options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 256 };

    private readonly ArrayBufferWriter<byte> _output = new();

    /// <summary>Names and numbers from the top to the value that is next.</summary>
    private readonly List<string> _place = [];

    /// <summary>For each open container the number of its next element; -1 for an object.</summary>
    private readonly Stack<int> _open = new();

    private readonly long _startedAt = time.GetTimestamp();

    private TimeSpan _limit;
    private int _unwatched;
    private int _copied;

    /// <exception cref="TimeoutException">The rules took too long; nobody knows what else there is to take out.</exception>
    public string Run(string body)
    {
        if (!rules.MayFireInBody(body))
        {
            return body;
        }

        _limit = Limit * (1 + (body.Length / Piece));
        var bytes = Encoding.UTF8.GetBytes(body);
        var rest = Walk(bytes);
        if (rest == 0)
        {
            return Replace(body);
        }

        Copy(bytes, rest);
        _output.Write(Encoding.UTF8.GetBytes(Replace(Encoding.UTF8.GetString(bytes.AsSpan(rest)))));
        return Encoding.UTF8.GetString(_output.WrittenSpan);
    }

    /// <returns>Where JSON ends: at the end, where it was cut, or where it is none. What follows is treated as text.</returns>
    private int Walk(byte[] bytes)
    {
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, new JsonReaderState(Options));
        var read = 0;
        try
        {
            while (reader.Read())
            {
                if (!Take(ref reader, bytes))
                {
                    return bytes.Length;
                }

                read = (int)reader.BytesConsumed;
            }

            return IsCutInside(bytes, read) ? bytes.Length : read;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return IsCutInside(bytes, read) ? bytes.Length : read;
        }
    }

    /// <returns>False when the rest of the body belongs to a value that a path means.</returns>
    private bool Take(ref Utf8JsonReader reader, byte[] bytes)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                var member = reader.GetString()!;
                if (Replace(member) is var shown && !ReferenceEquals(shown, member))
                {
                    Put(bytes, (int)reader.TokenStartIndex, (int)reader.TokenStartIndex + reader.ValueSpan.Length + 2, shown);
                }

                _place.Add(member);
                return true;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _open.Pop();
                Leave();
                return true;
        }

        if (_open.TryPeek(out var element) && element >= 0)
        {
            _place.Add(element.ToString(CultureInfo.InvariantCulture));
        }

        if (Find() is { } path)
        {
            return Remove(ref reader, bytes, path);
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                _open.Push(-1);
                return true;
            case JsonTokenType.StartArray:
                _open.Push(0);
                return true;
            case JsonTokenType.String:
                var text = reader.GetString()!;
                if (Replace(text) is var replaced && !ReferenceEquals(replaced, text))
                {
                    Put(bytes, (int)reader.TokenStartIndex, (int)reader.BytesConsumed, replaced);
                }

                break;
            case JsonTokenType.Number when reader.ValueSpan.Length >= ShortestNumber:
                var number = Encoding.ASCII.GetString(reader.ValueSpan);
                if (Replace(number) is var hidden && !ReferenceEquals(hidden, number))
                {
                    Put(bytes, (int)reader.TokenStartIndex, (int)reader.BytesConsumed, hidden);
                }

                break;
        }

        Leave();
        return true;
    }

    private bool Remove(ref Utf8JsonReader reader, byte[] bytes, RedactionPath path)
    {
        var start = (int)reader.TokenStartIndex;
        fired.Add(path.Name);
        var isWhole = reader.TrySkip();
        Put(bytes, start, isWhole ? (int)reader.BytesConsumed : bytes.Length, RedactionPath.Replacement(path.Name));
        Leave();
        return isWhole;
    }

    /// <summary>Whether the value that the body was cut in is one that a path means; then nothing of it is kept.</summary>
    private bool IsCutInside(byte[] bytes, int read)
    {
        if (read == 0 || _open.Count == 0)
        {
            return false;
        }

        if (_open.Peek() >= 0)
        {
            _place.Add(_open.Peek().ToString(CultureInfo.InvariantCulture));
        }
        else if (_place.Count < _open.Count)
        {
            // Cut before or within the name of a member.
            return false;
        }

        if (Find() is not { } path)
        {
            return false;
        }

        fired.Add(path.Name);
        var start = read;
        while (start < bytes.Length && bytes[start] is (byte)' ' or (byte)':' or (byte)',' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            start++;
        }

        Put(bytes, start, bytes.Length, RedactionPath.Replacement(path.Name));
        return true;
    }

    private RedactionPath? Find()
    {
        foreach (var path in rules.Paths)
        {
            if (path.Means(_place))
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>The value at the place is done.</summary>
    private void Leave()
    {
        if (_place.Count > 0)
        {
            _place.RemoveAt(_place.Count - 1);
        }

        if (_open.TryPeek(out var element) && element >= 0)
        {
            _open.Pop();
            _open.Push(element + 1);
        }
    }

    private string Replace(string text)
    {
        if (!rules.MayFire(text))
        {
            return text;
        }

        foreach (var rule in rules.Texts)
        {
            _unwatched += text.Length;
            if (_unwatched >= Stride)
            {
                _unwatched = 0;
                if (time.GetElapsedTime(_startedAt) >= _limit)
                {
                    throw new TimeoutException("the rules of redaction took too long");
                }
            }

            var replaced = rule.Replace(text);
            if (!ReferenceEquals(replaced, text))
            {
                fired.Add(rule.Name);
                text = replaced;
            }
        }

        return text;
    }

    private void Put(byte[] bytes, int start, int end, string text)
    {
        Copy(bytes, start);
        _output.Write("\""u8);
        _output.Write(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        _output.Write("\""u8);
        _copied = end;
    }

    private void Copy(byte[] bytes, int end)
    {
        if (end > _copied)
        {
            _output.Write(bytes.AsSpan(_copied, end - _copied));
            _copied = end;
        }
    }
}
