using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.RequestTransformer;

/// <summary>
/// Refuses templates that could not be rendered: <c>$(…)</c> may hold names, indexing by literals, <c>or</c>, <c>..</c> and literals,
/// and no code.
/// </summary>
internal sealed class TemplateRule : IValueRule
{
    private static readonly string[] Sources = ["headers", "query_params", "uri_captures", "shared"];

    public string? Check(string text)
    {
        var position = 0;
        while ((position = text.IndexOf("$(", position, StringComparison.Ordinal)) >= 0)
        {
            position += 2;
            if (!Expression(text, ref position) || position >= text.Length || text[position] != ')')
            {
                return $"value '{text}' is not in supported format";
            }

            position++;
        }

        return null;
    }

    /// <summary>Operands joined by <c>or</c> and <c>..</c>.</summary>
    private static bool Expression(string text, ref int position)
    {
        while (true)
        {
            if (!Operand(text, ref position))
            {
                return false;
            }

            SkipBlanks(text, ref position);
            if (string.CompareOrdinal(text, position, "..", 0, 2) == 0
                || (string.CompareOrdinal(text, position, "or", 0, 2) == 0 && !IsNameCharacter(At(text, position + 2))))
            {
                position += 2;
                continue;
            }

            return true;
        }
    }

    private static bool Operand(string text, ref int position)
    {
        SkipBlanks(text, ref position);
        var first = At(text, position);
        if (first is '"' or '\'')
        {
            return Quoted(text, ref position);
        }

        if (char.IsAsciiDigit(first))
        {
            while (char.IsAsciiDigit(At(text, position)) || (At(text, position) == '.' && char.IsAsciiDigit(At(text, position + 1))))
            {
                position++;
            }

            return true;
        }

        var name = Name(text, ref position);
        if (name is "nil" or "true" or "false")
        {
            return true;
        }

        return Sources.Contains(name) && Accessors(text, ref position);
    }

    private static bool Accessors(string text, ref int position)
    {
        while (true)
        {
            if (At(text, position) == '.' && At(text, position + 1) != '.')
            {
                position++;
                if (Name(text, ref position).Length == 0)
                {
                    return false;
                }
            }
            else if (At(text, position) == '[')
            {
                position++;
                SkipBlanks(text, ref position);
                if (At(text, position) is '"' or '\'')
                {
                    if (!Quoted(text, ref position))
                    {
                        return false;
                    }
                }
                else
                {
                    var start = position;
                    while (char.IsAsciiDigit(At(text, position)))
                    {
                        position++;
                    }

                    if (start == position)
                    {
                        return false;
                    }
                }

                SkipBlanks(text, ref position);
                if (At(text, position) != ']')
                {
                    return false;
                }

                position++;
            }
            else
            {
                return true;
            }
        }
    }

    private static bool Quoted(string text, ref int position)
    {
        var quote = text[position];
        for (position++; position < text.Length; position++)
        {
            if (text[position] == '\\')
            {
                position++;
            }
            else if (text[position] == quote)
            {
                position++;
                return true;
            }
        }

        return false;
    }

    /// <summary>A name; after the first character also digits and <c>-</c>, as header names are commonly written.</summary>
    private static string Name(string text, ref int position)
    {
        var start = position;
        while (IsNameCharacter(At(text, position)) || (position > start && At(text, position) == '-'))
        {
            position++;
        }

        return text[start..position];
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static char At(string text, int position) => position < text.Length ? text[position] : '\0';

    private static void SkipBlanks(string text, ref int position)
    {
        while (At(text, position) is ' ' or '\t')
        {
            position++;
        }
    }
}
