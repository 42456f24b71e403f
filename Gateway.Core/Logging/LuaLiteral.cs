using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Core.Logging;

/// <summary>The part of Lua that <c>custom_fields_by_lua</c> may use: <c>return nil</c>, <c>return "text"</c>, <c>return 1</c>, <c>return true</c>.</summary>
internal static class LuaLiteral
{
    /// <param name="value">The value; null for <c>return nil</c>.</param>
    public static bool TryParse(string code, out JsonNode? value)
    {
        value = null;
        var text = code.Trim().TrimEnd(';').TrimEnd();
        if (!text.StartsWith("return", StringComparison.Ordinal) || (text.Length > 6 && !char.IsWhiteSpace(text[6]) && text[6] is not ('"' or '\'')))
        {
            return false;
        }

        var literal = text[6..].Trim();
        switch (literal)
        {
            case "nil":
                return true;
            case "true" or "false":
                value = JsonValue.Create(literal == "true");
                return true;
        }

        if (literal.Length > 0 && literal[0] is '"' or '\'')
        {
            value = ParseText(literal) is { } content ? JsonValue.Create(content) : null;
            return value is not null;
        }

        if (long.TryParse(literal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            value = JsonValue.Create(whole);
            return true;
        }

        const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (double.TryParse(literal, Decimal, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            value = JsonValue.Create(number);
            return true;
        }

        return false;
    }

    private static string? ParseText(string literal)
    {
        var quote = literal[0];
        var content = new StringBuilder(literal.Length);
        for (var i = 1; i < literal.Length; i++)
        {
            var c = literal[i];
            if (c == quote)
            {
                return i == literal.Length - 1 ? content.ToString() : null;
            }

            if (c == '\\')
            {
                i++;
                if (i == literal.Length)
                {
                    return null;
                }

                var escaped = literal[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '\\' or '"' or '\'' => literal[i], _ => '\0' };
                if (escaped == '\0')
                {
                    return null;
                }

                c = escaped;
            }

            content.Append(c);
        }

        return null;
    }
}
