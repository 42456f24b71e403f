using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.Components.Controls;
using ConsoleWeb.Features.Replay;

namespace ConsoleWeb.Components.Pages.Compare;

/// <summary>How the page that compares two requests writes numbers and values.</summary>
internal static class CompareTexts
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Address(string a, string b) => $"/logs/compare?a={Uri.EscapeDataString(a)}&b={Uri.EscapeDataString(b)}";

    public static string Short(string id) => id.Length <= 12 ? id : $"{id[..4]}…{id[^4..]}";

    public static string Value(FigureKind kind, double? value) => (kind, value) switch
    {
        (_, null) => Formats.None,
        (FigureKind.Money, { } amount) => Formats.MoneyExact((decimal)amount),
        (FigureKind.Milliseconds, { } ms) => Formats.DurationExact(ms),
        (FigureKind.PerSecond, { } speed) => string.Create(CultureInfo.InvariantCulture, $"{speed:0.0} tokens/s"),
        (FigureKind.Bytes, { } bytes) => Formats.Bytes((long)bytes),
        (_, { } tokens) => Formats.Exact((long)tokens),
    };

    /// <summary><c>+12, +30 %</c>; empty where one has no number.</summary>
    public static string Difference(Figure figure)
    {
        if (figure.Difference is not { } difference)
        {
            return "";
        }

        if (difference == 0)
        {
            return "same";
        }

        // A joiner, so that no line ends between a sign and its number.
        var sign = (difference > 0 ? "+" : "−") + "\u2060";
        var amount = sign + Value(figure.Kind, Math.Abs(difference));
        return figure.Share is { } share && Math.Abs(share) < 10 ? string.Create(CultureInfo.InvariantCulture, $"{amount}, {sign}{Math.Abs(share):0.#%}").Replace("%", "\u202f%", StringComparison.Ordinal) : amount;
    }

    /// <summary>Colour of a difference: green and red only where one side is the better one.</summary>
    public static string? ClassOf(Figure figure) => figure.IsBetter switch { true => "ok", false => "err", null => figure.Difference is 0 ? "t3" : null };

    /// <summary>A text as it is, anything else as JSON.</summary>
    public static string TextOf(JsonNode? value) => ReplayBody.Text(value) ?? value?.ToJsonString(Indented) ?? "null";

    /// <summary>A value in one line.</summary>
    public static string Preview(JsonNode? value) => value switch
    {
        JsonObject members => ReplayBody.Text(members["role"] ?? members["name"] ?? members["type"]) is { } name ? $"{name} {{…}}" : $"{{{members.Count}}}",
        JsonArray items => $"[{items.Count}]",
        _ => TextOf(value).ReplaceLineEndings(" "),
    };

    /// <summary>A name and what it stands for, where the element says so: <c>2 · user</c>.</summary>
    public static string NameOf(JsonDifference difference)
    {
        var element = (difference.B ?? difference.A) as JsonObject;
        var role = ReplayBody.Text(element?["role"]) ?? ReplayBody.Text(element?["name"]) ?? ReplayBody.Text((element?["function"] as JsonObject)?["name"]) ?? ReplayBody.Text(element?["type"]);
        return role is null ? difference.Name : $"{difference.Name} · {role}";
    }
}
