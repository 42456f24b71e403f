using Gateway.E2E.Harness;

namespace Gateway.E2E.Tutorials;

/// <summary>The walkthroughs of this suite are the published tutorials' lines, so that what is tested is what a reader pastes.</summary>
public sealed class PublishedTutorialTests
{
    public static TheoryData<string> Steps =>
        [.. Directory.GetFiles(RepositoryPaths.Walkthrough("."), "*.sh").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Walkthrough_ComparedWithThePublishedTutorial_HasTheSameWords(string step)
    {
        if (RepositoryPaths.Shared() is not { } shared)
        {
            Assert.Skip("The published tutorials are not beside this repository.");

            return;
        }

        var published = Directory.GetFiles(Path.Combine(shared, "tutorials"), $"{step.Split('-')[0]}-*").Single();

        // The published text lost its indentation; words and their order are what is left to compare.
        Assert.Contains(
            Words(await File.ReadAllTextAsync(RepositoryPaths.Walkthrough(step), TestContext.Current.CancellationToken)),
            Words(await File.ReadAllTextAsync(published, TestContext.Current.CancellationToken)),
            StringComparison.Ordinal);
    }

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
