using ConsoleWeb.Declarative.Files;

namespace ConsoleWeb.Declarative.State;

/// <summary>
/// What a file would change: the one way from a file to its list of changes, for the command line and for the console's import.
/// </summary>
/// <param name="reader">The gateway.</param>
/// <param name="knownPlugins">Names of the plugins the server has, for guesses at misspelt names.</param>
internal sealed class StateComparison(IAdminReader reader, IReadOnlyList<string> knownPlugins)
{
    /// <param name="scope">What is looked at.</param>
    /// <param name="tags">Tags that the file's entities get, and within which deletions stay.</param>
    /// <param name="deletes">Whether what the file does not name goes (sync, diff).</param>
    /// <returns>The changes in the order in which they are made.</returns>
    /// <exception cref="StateFailureException">All references that lead nowhere, all duplicates.</exception>
    public async Task<IReadOnlyList<Change>> CompareAsync(
        StateFile file, ReadScope scope, IReadOnlyList<string> tags, bool deletes, CancellationToken cancellationToken)
    {
        // Without deletions everything is read: a file's entity may exist without the file's tags.
        var read = scope with { Tags = deletes ? tags : [] };
        var live = await new LiveStateReader(reader).ReadAsync(read, cancellationToken);
        var desired = await BuildAsync(file, live, new BuildOptions { ResolvesLive = !deletes, SelectTags = tags, Scope = read }, cancellationToken);
        return ChangePlanner.Plan(desired, live, deletes);
    }

    /// <summary>What the file wants, with references resolved and defaults filled in.</summary>
    public async Task<DesiredState> BuildAsync(StateFile file, EntitySet live, BuildOptions options, CancellationToken cancellationToken)
    {
        var lookups = new EntitySet();
        foreach (var (collection, tags) in file.LookupTags)
        {
            if (StateKinds.All.FirstOrDefault(k => k.Collection == collection) is { } kind)
            {
                await new LiveStateReader(reader).ReadIntoAsync(lookups, kind, tags, cancellationToken);
            }
        }

        var builder = new DesiredStateBuilder(
            file, live, lookups, new SchemaCatalog(reader), options with { KnownPlugins = knownPlugins });
        return await builder.BuildAsync(cancellationToken);
    }
}
