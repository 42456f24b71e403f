namespace Gateway.Core.Logging;

/// <summary>Writes the query of a request target as an object: a value is a string, <c>true</c> without an equals sign, an array when repeated.</summary>
internal static class QueryStringJson
{
    // Kong reads at most a hundred arguments too.
    private const int MaxArguments = 100;

    /// <param name="name">Name of the member.</param>
    public static void Write(JsonLineWriter json, ReadOnlySpan<byte> name, string uri)
    {
        json.WriteStartObject(name);
        var start = uri.IndexOf('?', StringComparison.Ordinal);
        if (start >= 0 && start + 1 < uri.Length)
        {
            WriteArguments(json, Split(uri.AsSpan(start + 1)));
        }

        json.WriteEndObject();
    }

    private static List<(string Name, string? Value)> Split(ReadOnlySpan<char> query)
    {
        var arguments = new List<(string, string?)>();
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            if (pair.IsEmpty || arguments.Count == MaxArguments)
            {
                continue;
            }

            var equals = pair.IndexOf('=');
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            if (name.Length > 0)
            {
                arguments.Add((name, equals < 0 ? null : Decode(pair[(equals + 1)..])));
            }
        }

        return arguments;
    }

    private static void WriteArguments(JsonLineWriter json, List<(string Name, string? Value)> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var name = arguments[i].Name;
            var first = arguments.FindIndex(a => a.Name == name);
            if (first < i)
            {
                continue;
            }

            json.WritePropertyName(name);
            var isRepeated = arguments.FindIndex(i + 1, a => a.Name == name) >= 0;
            if (!isRepeated)
            {
                WriteValue(json, arguments[i].Value);
                continue;
            }

            json.WriteStartArray();
            foreach (var argument in arguments)
            {
                if (argument.Name == name)
                {
                    WriteValue(json, argument.Value);
                }
            }

            json.WriteEndArray();
        }
    }

    private static void WriteValue(JsonLineWriter json, string? value)
    {
        if (value is null)
        {
            json.WriteBooleanValue(true);
        }
        else
        {
            json.WriteStringValue(value);
        }
    }

    private static string Decode(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAny('%', '+') < 0)
        {
            return text.ToString();
        }

        return Uri.UnescapeDataString(text.ToString().Replace('+', ' '));
    }
}
