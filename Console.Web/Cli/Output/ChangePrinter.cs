using System.Text.Json.Nodes;
using ConsoleWeb.Declarative;
using ConsoleWeb.Declarative.Output;
using ConsoleWeb.Declarative.State;

namespace ConsoleWeb.Cli.Output;

/// <summary>How the changes of a command are shown.</summary>
internal sealed record PrintOptions
{
    /// <summary>Green, yellow and red lines.</summary>
    public bool UseColors { get; init; }

    /// <summary>No line per change.</summary>
    public bool SilenceEvents { get; init; }

    /// <summary>One JSON document in place of all lines.</summary>
    public bool AsJson { get; init; }
}

/// <summary>Prints changes and the summary in decK's words.</summary>
internal sealed class ChangePrinter(TextWriter stdout, SecretMask mask, PrintOptions options)
{
    private const string Green = "\u001b[32m";
    private const string Yellow = "\u001b[33m";
    private const string Red = "\u001b[31m";
    private const string Bold = "\u001b[32;1m";
    private const string Reset = "\u001b[0m";

    public void Print(Change change)
    {
        if (options.SilenceEvents || options.AsJson)
        {
            return;
        }

        var (color, verb) = change.Type switch
        {
            ChangeType.Create => (Green, "creating"),
            ChangeType.Update => (Yellow, "updating"),
            _ => (Red, "deleting"),
        };
        var line = Colored(color, $"{verb} {change.Entity.Kind.Word} {change.Name}");
        if (change is { Type: ChangeType.Update, Old: { } old, New: { } @new })
        {
            line += $" {ColoredDiff(JsonDiffText.Format(old, @new, mask))}\n";
        }

        stdout.WriteLine(line);
    }

    /// <summary>What goes in red, what comes in green, the rest as it is.</summary>
    private string ColoredDiff(string diff) => !options.UseColors ? diff : string.Join('\n', diff.Split('\n').Select(line => line switch
    {
        ['-', ..] => Colored(Red, line),
        ['+', ..] => Colored(Green, line),
        _ => line,
    }));

    /// <summary>The three counts, or the JSON document.</summary>
    public void PrintSummary(IReadOnlyList<Change> changes, IReadOnlyList<string> errors)
    {
        if (options.AsJson)
        {
            var text = Document(changes, errors).ToJsonString(PlainJson.Indented);
            stdout.WriteLine(mask.Apply(text));
            return;
        }

        stdout.WriteLine(Colored(Bold, "Summary:"));
        stdout.WriteLine(Colored(Bold, $"  Created: {Count(changes, ChangeType.Create)}"));
        stdout.WriteLine(Colored(Bold, $"  Updated: {Count(changes, ChangeType.Update)}"));
        stdout.WriteLine(Colored(Bold, $"  Deleted: {Count(changes, ChangeType.Delete)}"));
    }

    private static int Count(IReadOnlyList<Change> changes, ChangeType type) => changes.Count(c => c.Type == type);

    private static JsonObject Document(IReadOnlyList<Change> changes, IReadOnlyList<string> errors) => new()
    {
        ["changes"] = new JsonObject
        {
            ["creating"] = Entries(changes, ChangeType.Create),
            ["updating"] = Entries(changes, ChangeType.Update),
            ["deleting"] = Entries(changes, ChangeType.Delete),
        },
        ["summary"] = new JsonObject
        {
            ["creating"] = Count(changes, ChangeType.Create),
            ["updating"] = Count(changes, ChangeType.Update),
            ["deleting"] = Count(changes, ChangeType.Delete),
            ["total"] = changes.Count,
        },
        ["warnings"] = new JsonArray(),
        ["errors"] = new JsonArray([.. errors.Select(e => (JsonNode)e)]),
    };

    private static JsonArray Entries(IReadOnlyList<Change> changes, ChangeType type)
        => new([.. changes.Where(c => c.Type == type).Select(Entry)]);

    private static JsonObject Entry(Change change) => new()
    {
        ["name"] = change.Name,
        ["kind"] = change.Entity.Kind.Word,
        ["body"] = new JsonObject { ["old"] = change.Old?.DeepClone(), ["new"] = change.New?.DeepClone() },
    };

    private string Colored(string color, string text) => options.UseColors ? color + text + Reset : text;
}
