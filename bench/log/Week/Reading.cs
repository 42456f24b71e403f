using System.Globalization;
using System.Text.Json.Nodes;

namespace Gateway.LogBench.Week;

/// <summary>Figures as one place of the product tells them; a figure that it does not tell is left out.</summary>
internal sealed record Reading(string Place, IReadOnlyDictionary<string, string> Figures)
{
    public static readonly string[] Names = ["requests", "turns", "errors", "input", "cache read", "cache write", "output", "reasoning", "cost", "unpriced", "tools"];

    public static Reading Of(string place, Sums sums, bool hasTurns = true, bool hasTools = true)
    {
        var figures = new Dictionary<string, string>
        {
            ["requests"] = Text(sums.Requests),
            ["errors"] = Text(sums.Errors),
            ["input"] = Text(sums.Input),
            ["cache read"] = Text(sums.Read),
            ["cache write"] = Text(sums.Write),
            ["output"] = Text(sums.Output),
            ["reasoning"] = Text(sums.Reasoning),
            ["cost"] = Text(sums.Cost),
            ["unpriced"] = Text(sums.Unpriced),
        };
        if (hasTurns)
        {
            figures["turns"] = Text(sums.Turns);
        }

        if (hasTools)
        {
            figures["tools"] = string.Join(' ', sums.Tools.Select(t => $"{t.Key}:{t.Value}"));
        }

        return new(place, figures);
    }

    /// <summary>A row of <c>GET /sessions</c>, or one session, which also tells its tools.</summary>
    public static Reading OfSession(string place, JsonNode session)
    {
        var figures = Tokens(session);
        figures["requests"] = Text((long)session["requests"]!);
        figures["turns"] = Text((long)session["turns"]!);
        figures["errors"] = Text((long)session["errors"]!);
        if (session["tools"] is JsonObject tools)
        {
            figures["tools"] = string.Join(' ', tools.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key}:{t.Value}"));
        }

        return new(place, figures);
    }

    /// <summary>A point of <c>GET /stats</c>.</summary>
    public static Reading OfStats(string place, JsonNode point)
    {
        var figures = Tokens(point);
        figures["requests"] = Text((long)point["requests"]!);
        figures["errors"] = Text((long)point["refused"]! + (long)point["failed"]!);
        return new(place, figures);
    }

    /// <summary>What the generator says and this place does not, or says otherwise.</summary>
    public IEnumerable<string> Differences(Reading expected) =>
        from figure in Figures
        where expected.Figures[figure.Key] != figure.Value
        select $"{figure.Key}: {Place} says {figure.Value}, calculated {expected.Figures[figure.Key]}";

    public static string Text(decimal value) => (value / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Tokens(JsonNode node) => new()
    {
        ["input"] = Text((long)node["tokens"]!["input"]!),
        ["cache read"] = Text((long)node["tokens"]!["cache_read"]!),
        ["cache write"] = Text((long)node["tokens"]!["cache_write"]!),
        ["output"] = Text((long)node["tokens"]!["output"]!),
        ["reasoning"] = Text((long)node["tokens"]!["reasoning"]!),
        ["cost"] = Text(decimal.Parse(node["cost"]!.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture)),
        ["unpriced"] = Text((long)node["unpriced"]!),
    };
}
