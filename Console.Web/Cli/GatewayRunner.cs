using System.Text.Json.Nodes;
using ConsoleWeb.Cli.Output;
using ConsoleWeb.Cli.Wire;
using ConsoleWeb.Declarative;
using ConsoleWeb.Declarative.Files;
using ConsoleWeb.Declarative.Output;
using ConsoleWeb.Declarative.State;

namespace ConsoleWeb.Cli;

/// <summary>Does the gateway words. Each method is one word, top to bottom; the answer is the exit code.</summary>
internal sealed class GatewayRunner(CliIo io, GatewayRequest request)
{
    private readonly ChangePrinter _printer = new(io.Stdout, new SecretMask(io.Environment, !request.NoMask), request.Print);

    public Task<int> ApplyAsync(CancellationToken cancellationToken) => ChangeAsync(deletes: false, isDryRun: false, cancellationToken);

    public Task<int> SyncAsync(CancellationToken cancellationToken) => ChangeAsync(deletes: true, isDryRun: false, cancellationToken);

    public Task<int> DiffAsync(CancellationToken cancellationToken) => ChangeAsync(deletes: true, isDryRun: true, cancellationToken);

    public async Task<int> ValidateAsync(CancellationToken cancellationToken)
    {
        var file = await ReadFileAsync(cancellationToken);
        using var client = await ConnectAsync(file, cancellationToken);
        var live = await new LiveStateReader(client).ReadAsync(new ReadScope(), cancellationToken);
        var desired = await new StateComparison(client, _knownPlugins).BuildAsync(
            file, live, new BuildOptions { ResolvesLive = true, Scope = new ReadScope() }, cancellationToken);
        await ValidateAsync(client, [.. desired.Entities.Select(e => e.Entity)], cancellationToken);
        return 0;
    }

    public async Task<int> PingAsync(CancellationToken cancellationToken)
    {
        if (request.Connection.IsKonnect(fileNamesKonnect: false))
        {
            using var konnect = new AdminClient(request.Connection, isKonnect: true, workspace: null, io.Time);
            var organization = await konnect.SendAsync(HttpMethod.Get, "/v2/organizations/me", null, cancellationToken);
            if (!organization.IsSuccess)
            {
                throw new CommandFailureException($"authenticating with Konnect: {konnect.Describe(organization)}");
            }

            await io.Stdout.WriteLineAsync($"Successfully Konnected to the {organization.Body?["name"]} organization!");
            return 0;
        }

        using var client = new AdminClient(request.Connection, isKonnect: false, request.Workspace, io.Time);
        var version = await ReadVersionAsync(client, cancellationToken);
        await io.Stdout.WriteLineAsync("Successfully connected to Kong!");
        await io.Stdout.WriteLineAsync($"Kong version:  {version.Version}");
        return 0;
    }

    public async Task<int> DumpAsync(CancellationToken cancellationToken)
    {
        using var client = await ConnectAsync(file: null, cancellationToken);
        var live = await new LiveStateReader(client).ReadAsync(Scope(request.SelectTags), cancellationToken);
        var builder = new DumpBuilder(live, new DumpOptions
        {
            WithId = request.WithId,
            SelectTags = request.SelectTags,
            ControlPlaneName = client.IsKonnect ? ControlPlaneName(file: null) : null,
            Workspace = request.Workspace,
        });
        if (request.SkipDefaults)
        {
            await builder.SkipDefaultsAsync(new SchemaCatalog(client), cancellationToken);
        }

        var root = builder.Build();
        if (live.List(StateKinds.BasicAuth).Count > 0)
        {
            await io.Stderr.WriteLineAsync(
                "Warning: basic-auth passwords are stored hashed; the dump holds the hashes, and they are never compared or sent back.");
        }

        var text = request.Format == "json" ? root.ToJsonString(PlainJson.Indented) + "\n" : YamlText.Write(root);
        await WriteDumpAsync(text, cancellationToken);
        return 0;
    }

    public async Task<int> ResetAsync(CancellationToken cancellationToken)
    {
        if (!request.Yes)
        {
            await ConfirmAsync("This will delete all configuration of the gateway.");
        }

        using var client = await ConnectAsync(file: null, cancellationToken);
        var live = await new LiveStateReader(client).ReadAsync(Scope(request.SelectTags), cancellationToken);
        return await WriteAsync(client, ChangePlanner.PlanReset(live), cancellationToken);
    }

    private async Task<int> ChangeAsync(bool deletes, bool isDryRun, CancellationToken cancellationToken)
    {
        var file = await ReadFileAsync(cancellationToken);
        var tags = SelectTags(file);
        using var client = await ConnectAsync(file, cancellationToken);
        var changes = await new StateComparison(client, _knownPlugins).CompareAsync(file, Scope([]), tags, deletes, cancellationToken);

        // Everything is checked before the first write, so that a file is taken whole or not at all.
        await ValidateAsync(client, [.. changes.Where(c => c.Type != ChangeType.Delete).Select(c => c.Entity)], cancellationToken);
        if (!isDryRun)
        {
            return await WriteAsync(client, changes, cancellationToken);
        }

        foreach (var change in changes)
        {
            _printer.Print(change);
        }

        _printer.PrintSummary(changes, []);
        return request.NonZeroExitCode && changes.Count > 0 ? 2 : 0;
    }

    private async Task ValidateAsync(AdminClient client, IReadOnlyList<StateEntity> entities, CancellationToken cancellationToken)
    {
        using var progress = StartProgress();
        var problems = await new EntityValidator(client, request.Parallelism, progress).ValidateAsync(entities, cancellationToken);
        progress.Clear();
        if (problems.Count > 0)
        {
            throw StateFailureException.FromProblems("", problems);
        }
    }

    private async Task<int> WriteAsync(AdminClient client, IReadOnlyList<Change> changes, CancellationToken cancellationToken)
    {
        using var progress = StartProgress();
        var writer = new ChangeWriter(client, request.Parallelism, c => progress.Above(() => _printer.Print(c)), progress);
        var (done, failures) = await writer.WriteAsync(changes, cancellationToken);
        progress.Clear();
        _printer.PrintSummary(done, failures);
        return failures.Count == 0 ? 0 : throw StateFailureException.FromProblems("", failures);
    }

    private ProgressLine StartProgress() => new(io.Stderr, io.IsErrorTerminal, io.Time);

    private Task<StateFile> ReadFileAsync(CancellationToken cancellationToken)
        => new StateFileReader(io.Environment, io.Stdin).ReadAsync(request.Files, cancellationToken);

    private IReadOnlyList<string> _knownPlugins = [];

    private async Task<AdminClient> ConnectAsync(StateFile? file, CancellationToken cancellationToken)
    {
        var isKonnect = request.Connection.IsKonnect(file?.IsKonnect ?? false);
        var client = new AdminClient(request.Connection, isKonnect, request.Workspace ?? file?.Workspace, io.Time);
        try
        {
            if (isKonnect)
            {
                await client.SelectControlPlaneAsync(ControlPlaneName(file), cancellationToken);
            }
            else
            {
                _knownPlugins = (await ReadVersionAsync(client, cancellationToken)).Plugins;
            }

            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private string ControlPlaneName(StateFile? file)
    {
        var given = request.Connection.ControlPlaneName;
        if (given is not null && file?.ControlPlaneName is { } written && written != given)
        {
            throw new CommandFailureException(
                $"the control plane '{written}' of the file and '{given}' of the flag or environment differ; name one of them");
        }

        return given ?? file?.ControlPlaneName ?? "default";
    }

    private static async Task<(string Version, IReadOnlyList<string> Plugins)> ReadVersionAsync(
        AdminClient client, CancellationToken cancellationToken)
    {
        var answer = await client.SendAsync(HttpMethod.Get, "/", null, cancellationToken);
        if (!answer.IsSuccess)
        {
            throw new CommandFailureException($"reading Kong version: {client.Describe(answer)}");
        }

        var version = (answer.Body as JsonObject)?["version"]?.ToString()
            ?? throw new CommandFailureException($"reading Kong version: {client.Address} does not answer as an Admin API");
        var plugins = (answer.Body?["plugins"] as JsonObject)?["available_on_server"] as JsonObject ?? [];
        return (version, [.. plugins.Select(p => p.Key)]);
    }

    private ReadScope Scope(IReadOnlyList<string> tags)
        => new() { Tags = tags, SkipConsumers = request.SkipConsumers, SkipCaCertificates = request.SkipCaCertificates };

    private IReadOnlyList<string> SelectTags(StateFile file)
    {
        if (request.SelectTags.Count > 0 && file.SelectTags.Count > 0
            && !request.SelectTags.ToHashSet(StringComparer.Ordinal).SetEquals(file.SelectTags))
        {
            throw new CommandFailureException(
                $"tags specified in the state file ([{string.Join(' ', file.SelectTags)}]) and via --select-tag flag"
                + $" ([{string.Join(' ', request.SelectTags)}]) are different");
        }

        return request.SelectTags.Count > 0 ? request.SelectTags : file.SelectTags;
    }

    private async Task WriteDumpAsync(string text, CancellationToken cancellationToken)
    {
        if (request.OutputFile is null or "-")
        {
            await io.Stdout.WriteAsync(text);
            return;
        }

        var path = Path.HasExtension(request.OutputFile) ? request.OutputFile : $"{request.OutputFile}.{request.Format}";
        if (File.Exists(path) && !request.Yes)
        {
            await ConfirmAsync($"File '{path}' already exists.");
        }

        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                // A dump holds keys in clear.
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using var stream = new FileStream(path, options);
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailureException($"writing file {path}: {e.Message}", e);
        }
    }

    private async Task ConfirmAsync(string warning)
    {
        await io.Stderr.WriteLineAsync(warning);
        await io.Stderr.WriteAsync("> Are you sure? ");
        var answer = await io.Stdin.ReadLineAsync();
        if (answer?.Trim().ToUpperInvariant() is not ("Y" or "YES"))
        {
            throw new CommandFailureException("not confirmed; nothing was changed (--yes or --force answers in scripts)");
        }
    }
}
