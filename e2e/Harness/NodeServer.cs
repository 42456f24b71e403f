using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Gateway.E2E.Harness;

/// <summary>A Node program that listens on a free port and prints its address on its first lines.</summary>
internal sealed partial class NodeServer : IAsyncDisposable
{
    private readonly Process _process;

    private NodeServer(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public static Task<NodeServer> StartAsync(params string[] arguments) => StartAsync([], arguments);

    public static async Task<NodeServer> StartAsync(IEnumerable<KeyValuePair<string, string>> environment, params string[] arguments)
    {
        var process = new Command("node", arguments).In(RepositoryPaths.Clients).With(environment).Start();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var said = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            said.Add(line);
            if (AddressPattern().Match(line) is { Success: true } found)
            {
                // Nobody reads these any more; a full pipe would stop the server.
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                _ = process.StandardError.ReadToEndAsync(CancellationToken.None);

                return new NodeServer(process, new Uri(found.Value));
            }
        }

        throw new InvalidOperationException(
            $"node {string.Join(' ', arguments)} did not start: {string.Join(' ', said)} {await process.StandardError.ReadToEndAsync(limit.Token)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    [GeneratedRegex("http://127\\.0\\.0\\.1:[0-9]+")]
    private static partial Regex AddressPattern();
}
