using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Gateway.Testing;

namespace ConsoleWeb.Tests.Security;

/// <summary>The product as a process of its own with all three listeners on free ports, and everything that it prints.</summary>
internal sealed partial class ProductRun : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ProductRun(Process process, string directory) => (_process, Directory) = (process, directory);

    public string Directory { get; }

    public Uri ProxyUrl { get; private set; } = null!;

    public Uri AdminUrl { get; private set; } = null!;

    public Uri ConsoleUrl { get; private set; } = null!;

    /// <summary>Both streams, as far as they have come.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static async Task<ProductRun> StartAsync(string directory, IReadOnlyDictionary<string, string> environment)
    {
        var ports = new[] { RawUpstream.FindClosedPort(), RawUpstream.FindClosedPort(), RawUpstream.FindClosedPort() };
        var process = Make(directory, environment);
        foreach (var (name, port) in new[] { "Proxy", "Admin", "Console" }.Zip(ports))
        {
            process.StartInfo.Environment[$"Gateway__{name}__Url"] = $"http://127.0.0.1:{port}";
        }

        var run = new ProductRun(process, directory)
        {
            ProxyUrl = new Uri($"http://127.0.0.1:{ports[0]}"),
            AdminUrl = new Uri($"http://127.0.0.1:{ports[1]}"),
            ConsoleUrl = new Uri($"http://127.0.0.1:{ports[2]}"),
        };
        process.OutputDataReceived += (_, line) => run.Add(line.Data);
        process.ErrorDataReceived += (_, line) => run.Add(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var http = new HttpClient();
        Assert.True(await Poll.UntilAsync(async () => process.HasExited || await IsUpAsync(http, new Uri(run.AdminUrl, "/status/ready")), TimeSpan.FromSeconds(60)) && !process.HasExited, $"The product did not start:\n{run.Output}");
        return run;
    }

    /// <summary>Runs another word of the command line on a data directory.</summary>
    /// <returns>What it printed to either stream.</returns>
    public static async Task<string> RunAsync(string directory, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var process = Make(directory, environment, arguments);
        process.Start();
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', arguments)}: {process.ExitCode} {string.Concat(texts)}");
        return string.Concat(texts);
    }

    /// <summary>Ends it as a stop of the service does, and waits for its last words.</summary>
    public async Task StopAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await kill.WaitForExitAsync();
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static Process Make(string directory, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "gatehouse.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (var name in start.Environment.Keys.Where(k => Ours().IsMatch(k)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["Gateway__Data"] = directory;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new Process { StartInfo = start };
    }

    private static async Task<bool> IsUpAsync(HttpClient http, Uri url)
    {
        try
        {
            using var answer = await http.GetAsync(url);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Add(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    [GeneratedRegex("^(Gateway|GATEHOUSE|DECK|KONNECT)_")]
    private static partial Regex Ours();
}
