using System.CommandLine;
using ConsoleWeb.Cli.Output;

namespace ConsoleWeb.Cli;

/// <summary>The command <c>gateway</c> with decK's words and flags.</summary>
internal sealed class GatewayWords(CliIo io)
{
    private readonly ConnectionOptions _connection = new();

    private readonly Argument<string[]> _files = new("file")
    {
        Description = "State files or directories; - or nothing reads standard input",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _workspace = new("--workspace", "-w") { Description = "Workspace to work on" };
    private readonly Option<string[]> _selectTags = new("--select-tag") { Description = "Only entities with this tag; repeatable: with all of them" };
    private readonly Option<bool> _skipConsumers = new("--skip-consumers") { Description = "Leave consumers, their credentials and groups alone" };
    private readonly Option<bool> _skipCaCertificates = new("--skip-ca-certificates") { Description = "Leave CA certificates alone" };
    private readonly Option<int> _parallelism = new("--parallelism") { Description = "Calls at one time", DefaultValueFactory = _ => 10 };
    private readonly Option<bool> _silenceEvents = new("--silence-events") { Description = "Print no line per change" };
    private readonly Option<bool> _jsonOutput = new("--json-output") { Description = "Print one JSON document in place of lines" };
    private readonly Option<bool> _noMask = new("--no-mask-deck-env-vars-value") { Description = "Print the values of DECK_ variables in differences" };
    private readonly Option<bool> _nonZero = new("--non-zero-exit-code") { Description = "Exit with 2 when something differs" };
    private readonly Option<string> _propagationDelay = new("--db-update-propagation-delay") { Description = "Accepted for decK's sake; changes are live at once" };
    private readonly Option<bool> _skipDefaultsFill = new("--skip-defaults-fill") { Description = "Accepted for decK's sake; the same is found to differ" };
    private readonly Option<bool> _skipDefinitions = new("--skip-plugin-definitions") { Description = "Accepted for decK's sake; there are no custom plugin definitions" };
    private readonly Option<bool> _includeDefinitions = new("--include-plugin-definitions") { Description = "Accepted for decK's sake; there are no custom plugin definitions" };
    private readonly Option<string> _outputFile = new("--output-file", "-o") { Description = "File to write; - is standard output", DefaultValueFactory = _ => "-" };
    private readonly Option<string> _format = new("--format") { Description = "yaml or json", DefaultValueFactory = _ => "yaml" };
    private readonly Option<bool> _withId = new("--with-id") { Description = "Write the ids of all entities" };
    private readonly Option<bool> _skipDefaults = new("--skip-defaults") { Description = "Leave out fields that have their default" };
    private readonly Option<bool> _yes = new("--yes") { Description = "Ask nothing" };
    private readonly Option<bool> _force = new("--force", "-f") { Description = "Ask nothing" };

    public Command Create()
    {
        _format.AcceptOnlyFromAmong("yaml", "json");
        var gateway = new Command("gateway", "Configure a running gateway from declarative files, with decK's words")
        {
            Word("apply", "Create and update what the file names; delete nothing", (r, t) => r.ApplyAsync(t),
                _files, _workspace, _parallelism, _silenceEvents, _jsonOutput, _noMask, _propagationDelay),
            Word("sync", "Make the gateway equal to the file: create, update and delete", (r, t) => r.SyncAsync(t),
                _files, _workspace, _selectTags, _skipConsumers, _skipCaCertificates, _parallelism, _silenceEvents, _jsonOutput, _noMask,
                _propagationDelay, _skipDefaultsFill),
            Word("diff", "Show what sync would do; change nothing", (r, t) => r.DiffAsync(t),
                _files, _workspace, _selectTags, _skipConsumers, _skipCaCertificates, _parallelism, _silenceEvents, _jsonOutput, _noMask,
                _nonZero, _skipDefaultsFill),
            Word("dump", "Write the gateway's configuration as a declarative file", (r, t) => r.DumpAsync(t),
                _workspace, _selectTags, _skipConsumers, _skipCaCertificates, _outputFile, _format, _withId, _skipDefaults, _includeDefinitions, _yes),
            Word("validate", "Check a file against the gateway's rules; change nothing", (r, t) => r.ValidateAsync(t),
                _files, _workspace, _parallelism, _jsonOutput),
            Word("ping", "Check that the Admin API answers and accepts the token", (r, t) => r.PingAsync(t), _workspace),
            Word("reset", "Delete the whole configuration", (r, t) => r.ResetAsync(t),
                _workspace, _selectTags, _skipConsumers, _skipCaCertificates, _force, _silenceEvents, _jsonOutput, _noMask, _parallelism,
                _skipDefinitions),
        };
        _connection.AddTo(gateway);
        return gateway;
    }

    private Command Word(
        string name, string description, Func<GatewayRunner, CancellationToken, Task<int>> run, params ReadOnlySpan<Symbol> symbols)
    {
        var command = new Command(name, description);
        var known = new HashSet<Symbol>();
        foreach (var symbol in symbols)
        {
            known.Add(symbol);
            if (symbol is Option option)
            {
                command.Options.Add(option);
            }
            else if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
        }

        command.SetAction((parse, token) => run(new GatewayRunner(io, CreateRequest(parse, known)), token));
        return command;
    }

    private GatewayRequest CreateRequest(ParseResult parse, HashSet<Symbol> known)
    {
        var parallelism = known.Contains(_parallelism) ? parse.GetValue(_parallelism) : 10;
        if (parallelism is < 1 or > 100)
        {
            throw new CommandFailureException($"--parallelism takes a number from 1 to 100, not {parallelism}");
        }

        return new GatewayRequest
        {
            Connection = _connection.Resolve(parse, io),
            Files = known.Contains(_files) ? parse.GetValue(_files) ?? [] : [],
            Workspace = parse.GetValue(_workspace),
            SelectTags = known.Contains(_selectTags)
                ? [.. (parse.GetValue(_selectTags) ?? []).SelectMany(t => t.Split(',', StringSplitOptions.RemoveEmptyEntries))]
                : [],
            SkipConsumers = Flag(_skipConsumers),
            SkipCaCertificates = Flag(_skipCaCertificates),
            Parallelism = parallelism,
            NonZeroExitCode = Flag(_nonZero),
            NoMask = Flag(_noMask),
            Print = new PrintOptions
            {
                UseColors = _connection.UseColors(parse, io),
                SilenceEvents = Flag(_silenceEvents),
                // decK's apply accepts the flag without effect, and scripts read its summary lines.
                AsJson = Flag(_jsonOutput) && parse.CommandResult.Command.Name != "apply",
            },
            OutputFile = known.Contains(_outputFile) ? parse.GetValue(_outputFile) : null,
            Format = known.Contains(_format) ? parse.GetValue(_format)! : "yaml",
            WithId = Flag(_withId),
            SkipDefaults = Flag(_skipDefaults),
            Yes = Flag(_yes) || Flag(_force),
        };

        bool Flag(Option<bool> option) => known.Contains(option) && parse.GetValue(option);
    }
}
