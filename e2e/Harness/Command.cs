using System.Diagnostics;
using System.Text;

namespace Gateway.E2E.Harness;

/// <summary>A command line started in an environment that holds only what is set here, <c>PATH</c> and the basics.</summary>
internal sealed class Command(string program, params IEnumerable<string> arguments)
{
    private static readonly string[] Inherited =
        ["PATH", "LANG", "TERM", "TMPDIR", "DOTNET_ROOT", "DOTNET_CLI_HOME", "NUGET_PACKAGES", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"];

    private readonly Dictionary<string, string> _environment = InheritedEnvironment();
    private string _folder = RepositoryPaths.Root;
    private string _input = string.Empty;
    private TimeSpan _timeout = TimeSpan.FromSeconds(120);

    public Command With(string name, string value)
    {
        _environment[name] = value;

        return this;
    }

    public Command With(IEnumerable<KeyValuePair<string, string>> variables)
    {
        foreach (var (name, value) in variables)
        {
            _environment[name] = value;
        }

        return this;
    }

    public Command In(string folder)
    {
        _folder = folder;

        return this;
    }

    public Command Reading(string input)
    {
        _input = input;

        return this;
    }

    public Command Within(TimeSpan timeout)
    {
        _timeout = timeout;

        return this;
    }

    /// <summary>Starts the command and leaves it running; the caller ends it.</summary>
    public Process Start()
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment.Clear();
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }

    /// <summary>Runs the command to its end; a command that outlives its time is ended with its children.</summary>
    public async Task<CommandResult> RunAsync(CancellationToken cancellationToken)
    {
        using var process = Start();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_timeout);
        try
        {
            await process.StandardInput.WriteAsync(_input.AsMemory(), limit.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"'{Line()}' did not end within {_timeout}.{Environment.NewLine}stdout: {await output}{Environment.NewLine}stderr: {await error}");
        }

        return new CommandResult(Line(), process.ExitCode, await output, await error);
    }

    private string Line() => string.Join(' ', [Path.GetFileName(program), .. arguments]);

    private static Dictionary<string, string> InheritedEnvironment()
    {
        var variables = new Dictionary<string, string>();
        foreach (var name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
            {
                variables[name] = value;
            }
        }

        // The SDK and the package cache live below the real home; tests that need another home set it.
        variables["HOME"] = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

        return variables;
    }
}
