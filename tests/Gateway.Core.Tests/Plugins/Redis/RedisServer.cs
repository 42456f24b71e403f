using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Gateway.Testing;

namespace Gateway.Core.Tests.Plugins.Redis;

/// <summary>A real Redis on a free loopback port, which keeps nothing on disk.</summary>
internal sealed class RedisServer : IDisposable
{
    private readonly Process _process;

    private RedisServer(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>Skips the running test where no Redis is installed; <c>./dev.sh setup</c> installs it.</summary>
    public static async Task<RedisServer> StartOrSkipAsync()
    {
        var binary = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "redis-server"))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(binary is null, "redis-server is not installed: ./dev.sh setup installs it.");
        var port = RawUpstream.FindClosedPort();
        var start = new ProcessStartInfo(binary!) { RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath() };
        string[] arguments = ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        var server = new RedisServer(process, port);
        Assert.True(await Poll.UntilAsync(() => Answers(port)), "Redis did not start.");
        return server;
    }

    /// <summary>Ends the server; connections to it break.</summary>
    public void Stop()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Stop();
        }

        _process.Dispose();
    }

    private static bool Answers(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
