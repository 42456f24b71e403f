using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;

namespace ConsoleWeb.Tests.AdminApi.Deck;

/// <summary>decK's words, call by call: read everything, compare with the file, write level by level with ten writes at a time.</summary>
internal sealed class DeckCommand(DeckClient client)
{
    private static readonly ParallelOptions Ten = new() { MaxDegreeOfParallelism = 10 };

    private readonly ConcurrentQueue<string> _created = [];
    private readonly ConcurrentQueue<string> _updated = [];
    private readonly ConcurrentQueue<string> _deleted = [];
    private readonly ConcurrentQueue<string> _failed = [];

    private DeckOutcome Outcome => new([.. _created], [.. _updated], [.. _deleted], [.. _failed]);

    public static Task<DeckOutcome> SyncAsync(DeckClient client, params JsonObject[] files) => new DeckCommand(client).RunAsync(files, deletes: true, writes: true);

    public static Task<DeckOutcome> ApplyAsync(DeckClient client, params JsonObject[] files) => new DeckCommand(client).RunAsync(files, deletes: false, writes: true);

    public static Task<DeckOutcome> DiffAsync(DeckClient client, params JsonObject[] files) => new DeckCommand(client).RunAsync(files, deletes: true, writes: false);

    public static Task<DeckOutcome> ResetAsync(DeckClient client) => SyncAsync(client);

    private async Task<DeckOutcome> RunAsync(JsonObject[] files, bool deletes, bool writes)
    {
        if (!client.IsKonnect)
        {
            Assert.Matches("^3[.]", (await client.GetAsync("/"))["version"]!.GetValue<string>());
        }

        var file = new DeckFile(files);
        var tags = DeckFile.Texts(file.Info["select_tags"]);
        var live = await DeckState.ReadAsync(client, tags);
        var known = await DeckState.ReadAsync(client, tags);
        foreach (var (list, lookup) in file.Info["default_lookup_tags"] as JsonObject ?? [])
        {
            await known.AddAsync(client, DeckKind.All.First(k => k.List == list), DeckFile.Texts(lookup));
        }

        var defaults = new DeckDefaults(client);
        await defaults.ReadAsync(live[DeckKind.Plugins].Select(p => p["name"]!.ToString())
            .Concat(file.Entities.Where(e => e.Kind == DeckKind.Plugins).Select(e => e.Body["name"]!.ToString())));
        await defaults.ReadPartialsAsync(file.Entities.Where(e => e.Kind == DeckKind.Partials).Select(e => e.Body["type"]!.ToString()));
        var wanted = DeckReferences.Resolve(file, known, isApply: !deletes);
        var gone = !deletes ? [] : DeckKind.All.SelectMany(k => live[k].Select(e => (Kind: k, Entity: e)))
            .Where(l => !wanted.Any(w => w.Kind == l.Kind && IdOf(w.Kind, w.Body) == IdOf(l.Kind, l.Entity))).ToList();

        // What has the name of another id must go before that can be written.
        await DeleteAsync(gone.Where(g => wanted.Any(w => w.Kind == g.Kind && DeckState.KeyOf(w.Kind, w.Body) == DeckState.KeyOf(g.Kind, g.Entity))), writes);
        foreach (var group in wanted.GroupBy(w => w.Kind))
        {
            await Parallel.ForEachAsync(group, Ten, async (entity, _) => await WriteAsync(entity, live, defaults, file.Info["defaults"] as JsonObject, writes));
            if (!_failed.IsEmpty)
            {
                return Outcome;
            }
        }

        await DeleteAsync(gone.Where(g => !_deleted.Contains(Title(g.Kind, g.Entity))), writes);
        return Outcome;
    }

    private async Task WriteAsync(WantedEntity entity, DeckState live, DeckDefaults defaults, JsonObject? ownDefaults, bool writes)
    {
        var (kind, fromFile) = entity;
        var body = fromFile.DeepClone().AsObject();
        defaults.FillForWrite(kind, body, kind.Schema is { } singular ? ownDefaults?[singular] as JsonObject : null);
        DeckDefaults.RemoveNulls(body);
        var old = kind == DeckKind.Members ? live.FindByKey(kind, DeckState.KeyOf(kind, body)) : live.FindById(kind, DeckState.Id(body));
        var difference = old is null || kind == DeckKind.Members ? null : Difference(
            defaults.ForComparison(kind, old, fromFile), defaults.ForComparison(kind, body, fromFile));
        if (old is not null && difference is null)
        {
            return;
        }

        if (old?["created_at"] is { } createdAt)
        {
            body["created_at"] = createdAt.DeepClone();
        }

        if (writes && await SendAsync(kind, body, isUpdate: old is not null) is { Status: >= HttpStatusCode.BadRequest } refused)
        {
            _failed.Enqueue($"{Title(kind, body)}: {(int)refused.Status} {refused.Text}");
            return;
        }

        (old is null ? _created : _updated).Enqueue(Title(kind, body) + difference);
    }

    private async Task<Answer> SendAsync(DeckKind kind, JsonObject body, bool isUpdate)
    {
        if (kind == DeckKind.Members)
        {
            return await client.WriteAsync(HttpMethod.Post, MembersPath(body), new JsonObject { ["consumer"] = body["consumer"]!["id"]!.DeepClone() });
        }

        var path = PathOf(kind, body);
        var method = kind == DeckKind.Groups && isUpdate && !client.IsKonnect ? HttpMethod.Patch : HttpMethod.Put;
        var answer = await client.WriteAsync(method, path, body);
        if (answer.Status == HttpStatusCode.NotFound && kind == DeckKind.Targets)
        {
            answer = await client.WriteAsync(HttpMethod.Post, path[..path.LastIndexOf('/')], body);
        }

        if (answer.Status < HttpStatusCode.BadRequest)
        {
            using var written = JsonDocument.Parse(answer.Text);
            GoTypes.Check(kind.Collection, written.RootElement);
            Assert.Equal(DeckState.Id(body), DeckState.Id(answer.Json));
        }

        return answer;
    }

    private async Task DeleteAsync(IEnumerable<(DeckKind Kind, JsonObject Entity)> gone, bool writes)
    {
        foreach (var group in gone.GroupBy(g => g.Kind).OrderByDescending(g => DeckKind.All.ToList().IndexOf(g.Key)))
        {
            await Parallel.ForEachAsync(group, Ten, async (item, _) =>
            {
                var path = item.Kind == DeckKind.Members ? $"{MembersPath(item.Entity)}/{item.Entity["consumer"]!["id"]}" : PathOf(item.Kind, item.Entity);
                var answer = writes ? await client.WriteAsync(HttpMethod.Delete, path, null) : null;

                // A parent that went before took it along.
                var isGone = answer is null || answer.Status is HttpStatusCode.NoContent or HttpStatusCode.NotFound;
                (isGone ? _deleted : _failed).Enqueue(Title(item.Kind, item.Entity) + (isGone ? "" : $": {answer!.Text}"));
            });
        }
    }

    private static string? Difference(JsonObject old, JsonObject wanted)
    {
        var (before, after) = (CanonicalJson.Of(old), CanonicalJson.Of(wanted));
        return before == after ? null : $"\n- {before}\n+ {after}";
    }

    private static string Title(DeckKind kind, JsonObject body) => $"{kind.Collection} {DeckState.KeyOf(kind, body).Replace('\n', ' ')}";

    private static string IdOf(DeckKind kind, JsonObject body) => kind == DeckKind.Members ? DeckState.KeyOf(kind, body) : DeckState.Id(body);

    private static string MembersPath(JsonObject member) => $"/consumer_groups/{member["consumer_group"]!["id"]}/consumers";

    private static string PathOf(DeckKind kind, JsonObject body)
    {
        if (kind.Below is not { } below)
        {
            return $"/{kind.Collection}/{DeckState.Id(body)}";
        }

        var (field, parents) = kind.Foreign.Single();
        return $"/{parents}/{body[field]!["id"]}/{below}/{DeckState.Id(body)}";
    }
}
