using System.Runtime.InteropServices;
using System.Text.Json;

namespace Gateway.Core.Llm.Json;

/// <summary>Reading of elements whose kind is not certain.</summary>
internal static class JsonElementExtensions
{
    /// <summary>A whole number; false for any other kind of value, instead of an exception.</summary>
    public static bool TryGetInt64Safe(this JsonElement element, out long value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out value);
    }

    /// <summary>The member, when the element is an object that has it with a value that is not null; else false and an undefined element.</summary>
    public static bool TryGetMember(this JsonElement element, ReadOnlySpan<byte> name, out JsonElement value)
    {
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null)
        {
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>The member when it is a string.</summary>
    public static bool TryGetText(this JsonElement element, ReadOnlySpan<byte> name, out JsonElement value) =>
        element.TryGetMember(name, out value) && value.ValueKind == JsonValueKind.String;

    /// <summary>The member's unescaped text; null when it is not there or no string.</summary>
    public static string? FindString(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.TryGetText(name, out var value) ? JsonText.GetString(value) : null;

    /// <summary>Whether the element is that string.</summary>
    public static bool Is(this JsonElement element, ReadOnlySpan<byte> text) =>
        element.ValueKind == JsonValueKind.String && element.ValueEquals(text);

    /// <summary>The raw content of a string element, still escaped, without its quotes.</summary>
    public static ReadOnlySpan<byte> RawContent(this JsonElement text) => JsonMarshal.GetRawUtf8Value(text)[1..^1];

    /// <summary>The element's JSON as it stands in the document.</summary>
    public static ReadOnlySpan<byte> Raw(this JsonElement element) => JsonMarshal.GetRawUtf8Value(element);
}
