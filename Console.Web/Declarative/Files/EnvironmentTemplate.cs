using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ConsoleWeb.Declarative.Files;

/// <summary>
/// Replaces <c>${{ env "DECK_X" | toInt }}</c> in the raw text of a state file, before it is parsed as YAML.
/// The value is inserted as it is; lines that are comments are left alone.
/// </summary>
internal sealed partial class EnvironmentTemplate(IReadOnlyDictionary<string, string> environment)
{
    private const string Prefix = "DECK_";

    /// <returns>The text with every expression replaced.</returns>
    /// <exception cref="StateFailureException">Every expression that failed, each with line, column and field.</exception>
    public string Render(string text, string fileName)
    {
        if (!text.Contains("${{", StringComparison.Ordinal))
        {
            return text;
        }

        var problems = new List<string>();
        var result = new StringBuilder(text.Length);
        var lineNumber = 0;
        var start = 0;
        while (start < text.Length)
        {
            var end = text.IndexOf('\n', start);
            var line = end < 0 ? text[start..] : text[start..(end + 1)];
            lineNumber++;
            RenderLine(line, lineNumber, result, problems);
            start += line.Length;
        }

        return problems.Count == 0
            ? result.ToString()
            : throw StateFailureException.FromProblems($"reading file {fileName}: parsing file: ", problems);
    }

    private void RenderLine(string line, int lineNumber, StringBuilder result, List<string> problems)
    {
        if (line.AsSpan().TrimStart().StartsWith("#"))
        {
            result.Append(line);
            return;
        }

        var position = 0;
        while (true)
        {
            var open = line.IndexOf("${{", position, StringComparison.Ordinal);
            if (open < 0)
            {
                result.Append(line, position, line.Length - position);
                return;
            }

            result.Append(line, position, open - position);
            var close = line.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
            {
                problems.Add($"template: state:{lineNumber}:{open + 1}: unclosed action{FieldOf(line)}");
                return;
            }

            var expression = line[(open + 3)..close].Trim();
            try
            {
                result.Append(Evaluate(expression));
            }
            catch (TemplateCallException e)
            {
                problems.Add(
                    $"template: state:{lineNumber}:{open + 1}: executing \"state\" at <{e.Expression}>: {e.Message}{FieldOf(line)}");
            }

            position = close + 2;
        }
    }

    private string Evaluate(string expression)
    {
        var stages = SplitStages(expression);
        var first = EnvPattern().Match(stages[0]);
        if (!first.Success)
        {
            throw new TemplateCallException(stages[0], "function not defined; an expression starts with env \"DECK_…\"");
        }

        var value = ReadVariable(first.Groups[1].Success ? first.Groups[1].Value : first.Groups[2].Value, stages[0]);
        foreach (var stage in stages.Skip(1))
        {
            value = Convert(value, stage);
        }

        return value;
    }

    private string ReadVariable(string name, string expression)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            throw new TemplateCallException(
                expression, $"error calling env: environment variables in the state file must be prefixed with 'DECK_', found: '{name}'");
        }

        return environment.TryGetValue(name, out var value)
            ? value
            : throw new TemplateCallException(
                expression, $"error calling env: environment variable '{name}' present in state file but not set");
    }

    private static string Convert(string value, string stage)
    {
        var words = stage.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words)
        {
            case ["toInt"]:
                return long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
                    ? integer.ToString(CultureInfo.InvariantCulture)
                    : throw Invalid("toInt", "an integer");
            case ["toFloat"]:
                return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                    ? number.ToString("R", CultureInfo.InvariantCulture)
                    : throw Invalid("toFloat", "a number");
            case ["toBool"]:
                return value switch
                {
                    "1" or "t" or "T" or "TRUE" or "true" or "True" => "true",
                    "0" or "f" or "F" or "FALSE" or "false" or "False" => "false",
                    _ => throw Invalid("toBool", "a boolean"),
                };
            case ["indent", var text]
                when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var blanks) && blanks <= 1000:
                return value.Replace("\n", "\n" + new string(' ', blanks), StringComparison.Ordinal);
            default:
                throw new TemplateCallException(stage, "function not defined; known are env, toBool, toInt, toFloat and indent N");
        }

        // The value may be a secret, so it is not repeated here.
        TemplateCallException Invalid(string function, string wanted)
            => new(stage, $"error calling {function}: the value of the variable is not {wanted}");
    }

    private static List<string> SplitStages(string expression)
    {
        var stages = new List<string>();
        char? quote = null;
        var start = 0;
        for (var i = 0; i < expression.Length; i++)
        {
            var c = expression[i];
            if (quote is null && c == '|')
            {
                stages.Add(expression[start..i].Trim());
                start = i + 1;
            }
            else if (quote is null && c is '"' or '`')
            {
                quote = quote is null ? c : quote == c ? null : quote;
            }
            else if (quote == c)
            {
                quote = null;
            }
        }

        stages.Add(expression[start..].Trim());
        return stages;
    }

    private static string FieldOf(string line)
        => FieldPattern().Match(line) is { Success: true } match ? $" (field '{match.Groups[1].Value}')" : "";

    [GeneratedRegex("""^env\s+(?:"([^"]*)"|`([^`]*)`)$""")]
    private static partial Regex EnvPattern();

    [GeneratedRegex("""^[\s-]*"?([A-Za-z_][\w.-]*)"?\s*:""")]
    private static partial Regex FieldPattern();

    /// <summary>A failed call inside one expression.</summary>
    private sealed class TemplateCallException(string expression, string message) : Exception(message)
    {
        public string Expression => expression;
    }
}
