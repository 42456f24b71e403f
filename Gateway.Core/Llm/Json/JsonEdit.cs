using System.Globalization;
using System.Text;

namespace Gateway.Core.Llm.Json;

/// <summary>One change of a top-level member, for <see cref="JsonSplice"/>.</summary>
/// <param name="Name">The key, unescaped; ASCII.</param>
/// <param name="Value">The new value as JSON; null removes the member.</param>
internal readonly record struct JsonEdit(string Name, byte[]? Value)
{
    /// <summary>Replaces the member's value where it stands, or appends the member.</summary>
    public static JsonEdit SetRaw(string name, byte[] json) => new(name, json);

    public static JsonEdit Set(string name, string value) => new(name, LlmJson.Quote(value));

    public static JsonEdit Set(string name, bool value) => new(name, value ? "true"u8.ToArray() : "false"u8.ToArray());

    public static JsonEdit Set(string name, long value) => new(name, Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));

    public static JsonEdit Set(string name, double value) => new(name, Encoding.ASCII.GetBytes(value.ToString("R", CultureInfo.InvariantCulture)));

    public static JsonEdit Remove(string name) => new(name, null);
}
