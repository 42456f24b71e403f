using System.Text.Json.Nodes;
using Gateway.E2E.Harness;

namespace Gateway.E2E.Tutorials;

/// <summary>A product that went through a walkthrough step by step, with only the provider's address set to the mock.</summary>
public abstract class TutorialFixture(string fileLog) : IAsyncLifetime
{
    private GatehouseProcess? _gatehouse;
    private MockProvider? _provider;
    private long _fileLogStart;
    private bool _fileLogWasThere;

    internal GatehouseProcess Gatehouse => _gatehouse ?? throw new InvalidOperationException("The fixture has not started.");

    internal MockProvider Provider => _provider ?? throw new InvalidOperationException("The fixture has not started.");

    internal CodingAgents Agents { get; } = new();

    /// <summary>What each step printed, by file name.</summary>
    internal Dictionary<string, CommandResult> Steps { get; } = [];

    /// <summary>Files of <c>e2e/tutorials</c>, in the order in which a reader pastes them.</summary>
    protected abstract IReadOnlyList<string> StepFiles { get; }

    public async ValueTask InitializeAsync()
    {
        // The path is the tutorial's own, so a reader's file may be there already: it is kept and only what is added counts.
        _fileLogWasThere = File.Exists(fileLog);
        _fileLogStart = _fileLogWasThere ? new FileInfo(fileLog).Length : 0;
        _provider = await MockProvider.StartAsync();
        _gatehouse = await GatehouseProcess.StartAsync(GatehouseProcess.ProvidersAt(_provider.BaseUrl));
        foreach (var step in StepFiles)
        {
            var lines = await File.ReadAllTextAsync(RepositoryPaths.Walkthrough(step));
            Steps[step] = await _gatehouse.ShellAsync(lines, CancellationToken.None, ("DECK_OPENAI_API_KEY", TestKeys.Provider));
        }
    }

    /// <summary>The file log's records since the fixture began, oldest first, once at least <paramref name="count"/> match.</summary>
    internal async Task<IReadOnlyList<JsonNode>> FileLogAsync(Func<JsonNode, bool> matches, int count, CancellationToken cancellationToken)
    {
        List<JsonNode> records = [];
        for (var attempt = 0; attempt < 100; attempt++)
        {
            records = [.. ReadFileLog().Where(matches)];
            if (records.Count >= count)
            {
                return records;
            }

            await Task.Delay(100, cancellationToken);
        }

        Assert.Fail($"{fileLog} holds {records.Count} matching records, not {count}.");

        return records;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_gatehouse is not null)
        {
            await _gatehouse.DisposeAsync();
        }

        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }

        Agents.Dispose();
        if (!_fileLogWasThere)
        {
            File.Delete(fileLog);
        }
    }

    private List<JsonNode> ReadFileLog()
    {
        if (!File.Exists(fileLog))
        {
            return [];
        }

        using var stream = new FileStream(fileLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = _fileLogStart;
        using var reader = new StreamReader(stream);

        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }
}
