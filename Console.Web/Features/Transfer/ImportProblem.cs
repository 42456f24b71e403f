using System.Globalization;
using System.Text.RegularExpressions;

namespace ConsoleWeb.Features.Transfer;

/// <summary>Something that is wrong with a file.</summary>
/// <param name="Line">From 1; null: of the file as a whole.</param>
/// <param name="Column">From 1.</param>
/// <param name="Text">What is wrong, with the path of the field where there is one.</param>
public sealed partial record ImportProblem(int? Line, int? Column, string Text)
{
    /// <summary>What the text is called where a place is written.</summary>
    internal const string FileName = "file";

    /// <summary>Takes the place out of a line such as <c>file:3:5: services[0].host: reason</c>.</summary>
    internal static ImportProblem Read(string line)
    {
        var match = PlacePattern().Match(line);
        return match.Success
            ? new ImportProblem(Number(match.Groups[1]), Number(match.Groups[2]), CallPattern().Replace(line[(match.Index + match.Length)..], ""))
            : new ImportProblem(null, null, line);
    }

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?:reading file file: |building state: |parsing file: )*(?:file|template: state):(\d+):(\d+): ")]
    private static partial Regex PlacePattern();

    /// <summary>What a template says about itself before it says what is wrong.</summary>
    [GeneratedRegex("^executing \"state\" at <.*?>: (?:error calling \\w+: )?")]
    private static partial Regex CallPattern();
}
