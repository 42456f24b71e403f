using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ConsoleWeb.Audit;
using ConsoleWeb.Declarative;
using ConsoleWeb.Declarative.Output;
using ConsoleWeb.Declarative.State;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Transfer;

/// <summary>Writes the configuration as the file that would make it, in the layout of <c>deck gateway dump</c>, without secrets.</summary>
internal sealed partial class ExportService(IEntityService entities, KongSchemas schemas, AuditLog audit)
{
    /// <summary>Sees secrets, which is how the variables that stand for them are told apart; none leaves this class.</summary>
    private static readonly Actor Exporter = Actor.Named("export", "console") with { MaySeeSecrets = true };

    public async Task<ExportedFile> ExportAsync(ExportOptions options, CancellationToken cancellationToken)
    {
        var names = new SecretNames(options.IsJson);
        var reader = new NamingReader(
            new LocalReader(entities, schemas, Exporter with { MaySeeSecrets = false }), new LocalReader(entities, schemas, Exporter), names, FindConsumer);
        var live = await new LiveStateReader(reader).ReadAsync(new ReadScope { Tags = options.Tags }, cancellationToken);
        var builder = new DumpBuilder(live, new DumpOptions { WithId = options.WithIds, SelectTags = options.Tags });
        if (!options.WithDefaults)
        {
            await builder.SkipDefaultsAsync(new SchemaCatalog(reader), cancellationToken);
        }

        var root = builder.Build();
        var text = options.IsJson ? root.ToJsonString(PlainJson.Indented) + "\n" : WithBlocks(YamlText.Write(root));
        return new ExportedFile(text, names.Variables, StateKinds.All.Sum(k => live.List(k).Count));
    }

    /// <summary>Writes the configuration for somebody who takes it away, which is recorded.</summary>
    public async Task<ExportedFile> TakeAsync(ExportOptions options, Actor actor, CancellationToken cancellationToken)
    {
        var file = await ExportAsync(options, cancellationToken);
        audit.Post(new AuditEvent(AuditActions.ConfigExport, actor, options.Tags.Count == 0 ? "everything" : $"tags {string.Join(", ", options.Tags)}")
        {
            Details = new JsonObject { ["entities"] = file.Entities },
        });
        return file;
    }

    private string? FindConsumer(string id) =>
        entities.Find(EntityKinds.Consumers, id, Exporter) is { } consumer ? (consumer["username"] ?? consumer["custom_id"])?.ToString() : null;

    /// <summary>Writes variables of several lines as blocks, indented by as much as the block stands to the right.</summary>
    private static string WithBlocks(string yaml) => BlockPattern().Replace(yaml, match =>
    {
        var indent = match.Groups["lead"].Length + 2;
        var value = match.Groups["value"].Value;
        var endsLine = value.Contains(SecretNames.IndentOfLines, StringComparison.Ordinal);
        value = value.Replace(endsLine ? SecretNames.IndentOfLines : SecretNames.Indent, $"indent {indent}", StringComparison.Ordinal);
        return $"{match.Groups["lead"].Value}{match.Groups["key"].Value}{(endsLine ? "|" : "|-")}\n{new string(' ', indent)}{value}";
    });

    [GeneratedRegex(@"^(?<lead>[ ]*(?:- )*)(?<key>[\w-]+: )?'(?<value>\$\{\{ env ""\w+"" \| indent @n? \}\})'$", RegexOptions.Multiline)]
    private static partial Regex BlockPattern();

    /// <summary>Reads entities with variables in the place of their secrets.</summary>
    private sealed class NamingReader(IAdminReader masked, IAdminReader clear, SecretNames names, Func<string, string?> findConsumer) : IAdminReader
    {
        public bool IsKonnect => false;

        public async Task<List<JsonObject>?> ListAsync(
            string path, IReadOnlyCollection<string> tags, IReadOnlyCollection<int> tolerated, CancellationToken cancellationToken)
        {
            var shown = await masked.ListAsync(path, tags, tolerated, cancellationToken);
            var secrets = (await clear.ListAsync(path, tags, tolerated, cancellationToken) ?? []).ToDictionary(e => e["id"]!.ToString());
            var collection = path.Split('/')[^1];
            var kind = EntityKinds.All.FirstOrDefault(k => k.Path == collection)?.Noun ?? collection;
            foreach (var entity in shown ?? [])
            {
                if (secrets.TryGetValue(entity["id"]!.ToString(), out var secret))
                {
                    // A credential has no name that is no secret.
                    var consumer = collection == EntityKinds.Plugins.Path ? null : entity["consumer"]?["id"]?.ToString();
                    names.Replace(kind, entity, secret, consumer is null ? null : findConsumer(consumer));
                }
            }

            return shown;
        }

        public Task<AdminAnswer> GetAsync(string path, CancellationToken cancellationToken) => masked.GetAsync(path, cancellationToken);
    }
}
