using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ConsoleWeb.Declarative.Files;

/// <summary>What a plain (unquoted) YAML scalar means: null, boolean, number or text, by the rules decK's reader follows.</summary>
internal static partial class YamlScalars
{
    /// <summary>The JSON value of a plain scalar; null for YAML null.</summary>
    public static JsonNode? Resolve(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON":
                return JsonValue.Create(true);
            case "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF":
                return JsonValue.Create(false);
        }

        if (!char.IsAsciiDigit(text[0]) && text[0] is not ('+' or '-' or '.'))
        {
            return JsonValue.Create(text);
        }

        return ResolveNumber(text) ?? JsonValue.Create(text);
    }

    /// <summary>Whether a text must be quoted in YAML so that it is read back as text.</summary>
    public static bool LooksLikeOtherType(string text)
        => text is "y" or "Y" or "n" or "N" or "<<" or "="
            || Resolve(text) is not JsonValue value
            || value.GetValueKind() != System.Text.Json.JsonValueKind.String
            || TimestampPattern().IsMatch(text)
            || SexagesimalPattern().IsMatch(text);

    private static JsonValue? ResolveNumber(string text)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        if (IntegerPattern().IsMatch(digits))
        {
            var unsigned = digits.TrimStart('+');
            // YAML 1.1: a leading zero makes an octal number.
            if (OctalPattern().IsMatch(unsigned))
            {
                return FromBase(unsigned, 8);
            }

            return long.TryParse(unsigned, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
                ? JsonValue.Create(integer)
                : JsonValue.Create(double.Parse(unsigned, CultureInfo.InvariantCulture));
        }

        if (PrefixedPattern().Match(digits) is { Success: true } prefixed)
        {
            var numberBase = prefixed.Groups[2].Success ? 16 : prefixed.Groups[3].Success ? 8 : 2;
            return FromBase(prefixed.Groups[1].Value + prefixed.Groups[5].Value, numberBase);
        }

        return FloatPattern().IsMatch(digits)
            && double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
            ? JsonValue.Create(number)
            : null;
    }

    private static JsonValue? FromBase(string text, int numberBase)
    {
        var negative = text.StartsWith('-');
        BigInteger value = 0;
        foreach (var c in text.AsSpan(negative ? 1 : 0))
        {
            value = (value * numberBase) + System.Convert.ToInt32(c.ToString(), 16);
        }

        value = negative ? -value : value;
        return value >= long.MinValue && value <= long.MaxValue ? JsonValue.Create((long)value) : null;
    }

    [GeneratedRegex(@"^[-+]?\d+$")]
    private static partial Regex IntegerPattern();

    [GeneratedRegex(@"^-?0[0-7]+$")]
    private static partial Regex OctalPattern();

    [GeneratedRegex("^(-?)0(?:(x)(?=[0-9a-fA-F]+$)|(o)(?=[0-7]+$)|(b)(?=[01]+$))([0-9a-fA-F]{1,64})$")]
    private static partial Regex PrefixedPattern();

    [GeneratedRegex(@"^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$")]
    private static partial Regex FloatPattern();

    [GeneratedRegex(@"^\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?$")]
    private static partial Regex TimestampPattern();

    [GeneratedRegex(@"^[-+]?\d+(:[0-5]?\d)+(\.\d*)?$")]
    private static partial Regex SexagesimalPattern();
}
