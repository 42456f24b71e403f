using System.Text.RegularExpressions;
using ConsoleWeb.Data;
using ConsoleWeb.Declarative;
using ConsoleWeb.Declarative.Files;
using ConsoleWeb.Declarative.Output;
using ConsoleWeb.Declarative.State;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.History;
using Gateway.Core.Plugins;
using Gateway.Shared.Results;

namespace ConsoleWeb.Features.Transfer;

/// <summary>
/// Brings a state file in: compares it as <c>deck gateway diff</c> does, shows every change before it is made, and makes them as one
/// version or not at all.
/// </summary>
internal sealed partial class ImportService(
    IEntityService entities, ConfigWriter writer, EntityRules rules, KongSchemas schemas, PluginCatalog plugins, VersionText versions, ServerVariables server, TimeProvider time)
{
    /// <summary>What versions name as their source.</summary>
    private const string Source = "import";

    /// <summary>The variables that a text refers to, in the order in which they come.</summary>
    public IReadOnlyList<ImportVariable> ListVariables(string text)
    {
        var found = new OrderedDictionary<string, ImportVariable>(StringComparer.Ordinal);
        var line = 0;
        foreach (var written in text.Split('\n'))
        {
            line++;
            if (written.TrimStart().StartsWith('#'))
            {
                continue;
            }

            foreach (Match match in VariablePattern().Matches(written))
            {
                var name = match.Groups["name"].Value;
                found.TryAdd(name, new ImportVariable(name, line, server.Values.ContainsKey(name)));
            }
        }

        return [.. found.Values];
    }

    /// <summary>What the file would change. Everything is checked, up to a snapshot that could serve.</summary>
    /// <returns>The changes, or all that is wrong with the file.</returns>
    public async Task<Result<ImportPreview>> PreviewAsync(ImportInput input, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.MayWrite)
        {
            return new WriteForbidden(actor.Name);
        }

        var variables = VariablesOf(input);
        var mask = new SecretMask(variables, isOn: true);
        try
        {
            var version = entities.Version;
            var file = StateFileReader.ReadText(input.Text.Replace("\r\n", "\n", StringComparison.Ordinal), ImportProblem.FileName, variables);
            var reader = new LocalReader(entities, schemas, actor with { MaySeeSecrets = true });
            var comparison = new StateComparison(reader, [.. plugins.Plugins.Select(p => p.Name)]);
            var changes = await comparison.CompareAsync(file, new ReadScope(), TagsOf(input, file), input.Deletes, cancellationToken);

            var plan = new ImportPlan(changes, version, rules, time);
            ConfigChange? worked = null;
            var refusal = await writer.TryOutAsync(
                state =>
                {
                    var prepared = plan.Prepare(state);
                    worked = prepared.Value;
                    return prepared;
                },
                cancellationToken);
            return refusal is null
                ? new ImportPreview(version, input.Deletes, [.. worked!.Documents.Select(d => Show(d, mask))]) { Plan = plan }
                : Masked(refusal, mask);
        }
        catch (StateFailureException failure)
        {
            return new ImportRefused([.. failure.Problems.Select(p => ImportProblem.Read(mask.Apply(p)))]);
        }
    }

    /// <summary>Makes what a preview showed, as one version.</summary>
    /// <returns>Number of the version; that of the preview when there was nothing to do.</returns>
    public async Task<Result<long>> ApplyAsync(ImportPreview preview, Actor actor, CancellationToken cancellationToken)
    {
        var version = preview.Version;
        var refusal = await writer.WriteAsync(
            state =>
            {
                var prepared = preview.Plan.Prepare(state);
                if (prepared is { IsError: false, Value.Documents.Count: > 0 })
                {
                    version = state.Version + 1;
                }

                return prepared;
            },
            actor with { Source = Source },
            cancellationToken);
        return refusal is null ? version : refusal;
    }

    private Dictionary<string, string> VariablesOf(ImportInput input)
    {
        // Those that the file does not name are none of its business, and would mask what looks like them.
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in ListVariables(input.Text))
        {
            if (input.Variables.TryGetValue(variable.Name, out var typed) || server.Values.TryGetValue(variable.Name, out typed))
            {
                variables[variable.Name] = typed;
            }
        }

        return variables;
    }

    private static IReadOnlyList<string> TagsOf(ImportInput input, StateFile file)
    {
        if (input.Tags.Count > 0 && file.SelectTags.Count > 0 && !input.Tags.ToHashSet(StringComparer.Ordinal).SetEquals(file.SelectTags))
        {
            throw new StateFailureException(
                $"the file has the tags {string.Join(", ", file.SelectTags)} in _info.select_tags, and {string.Join(", ", input.Tags)} were given here; leave one of them out");
        }

        return input.Tags.Count > 0 ? input.Tags : file.SelectTags;
    }

    private EntityChange Show(DocumentChange change, SecretMask mask)
    {
        var shown = EntityChange.Of(versions.Show(change));
        return shown with { Name = mask.Apply(shown.Name), Fields = [.. shown.Fields.Select(f => f with { Before = MaskedJson.Of(f.Before, mask), After = MaskedJson.Of(f.After, mask) })] };
    }

    private static Error Masked(Error refusal, SecretMask mask) => refusal switch
    {
        ImportRefused refused => new ImportRefused([.. refused.Problems.Select(p => p with { Text = mask.Apply(p.Text) })]),
        PreviewStale => refusal,
        _ => new ImportRefused([new ImportProblem(null, null, mask.Apply(refusal.Message))]),
    };

    [GeneratedRegex("""\$\{\{\s*env\s+["`](?<name>[^"`]*)["`]""")]
    private static partial Regex VariablePattern();
}
