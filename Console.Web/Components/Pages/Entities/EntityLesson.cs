using System.Text.Json.Nodes;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Pages.Entities;

/// <summary>What an empty list teaches about its kind, beside its purpose.</summary>
/// <param name="When">What it is good for.</param>
/// <param name="Next">The way that is led, and the words of its link.</param>
/// <param name="Example">One that can be stored as it stands; null where it would need a file.</param>
internal sealed record EntityLesson(string When, (string Text, string Href) Next, JsonObject? Example)
{
    private static readonly (string Text, string Href) Connect = ("Connect an agent makes service, route and plugin at once", "/connect");

    private static readonly Dictionary<EntityKind, EntityLesson> Lessons = new()
    {
        [EntityKinds.Services] = Of("Routes lead to it, and plugins may be set on it.", Connect, """{"name":"my-api","url":"https://api.example.com/v1"}"""),
        [EntityKinds.Routes] = Of(
            "By host, path, method or header; the most exact one wins, whatever the order. Without a service a plugin has to answer, as ai-proxy does.",
            Connect,
            """{"name":"my-api","paths":["/my-api"],"strip_path":true}"""),
        [EntityKinds.Plugins] = Of(
            "It holds for all traffic, or for one service, route, consumer or group; of several of a name the narrowest holds.",
            ("All plugins, by what they do", "/plugins/new"),
            """{"name":"rate-limiting","config":{"minute":60,"policy":"local"}}"""),
        [EntityKinds.Consumers] = Of(
            "With one for each, the log says who asked what, and limits and costs are counted for each. A plugin such as key-auth knows them by their credentials.",
            ("Ask every caller for an API key", "/plugins/new/key-auth"),
            """{"username":"ada","tags":["team-a"]}"""),
        [EntityKinds.ConsumerGroups] = Of(
            "Set a limit, a model or a header once, on the group, and it holds for whoever is in it.",
            ("Consumers are put into groups on their own page", "/consumers"),
            """{"name":"team-a"}"""),
        [EntityKinds.Upstreams] = Of(
            "A service whose host is this name spreads its requests over the targets, past those that are down: for models on machines of your own.",
            ("Services, whose host may be an upstream", "/services"),
            """{"name":"my-models","algorithm":"least-connections"}"""),
        [EntityKinds.Vaults] = Of(
            "Two kinds of reference need none: {vault://env/OPENAI_API_KEY} in a secret’s field is that variable of the gateway, read when it is used; "
            + "${{ env \"DECK_OPENAI_API_KEY\" }} in a decK file is filled in by deck before the gateway sees it. A vault gives such a place a prefix of its own: "
            + "with the one below, {vault://team/openai-key} is the variable TEAM_OPENAI_KEY.",
            ("Provider keys, which may be references", "/keys"),
            """{"prefix":"team","name":"env","config":{"prefix":"TEAM_"}}"""),
        [EntityKinds.Certificates] = Of(
            "Clients that come over TLS see the one for the name they ask for. Until there is one, the gateway shows a certificate it has signed itself.",
            ("Ports, and which of them speak TLS", "/settings/listeners"),
            """{"cert":"{vault://env/TLS_CERT}","key":"{vault://env/TLS_KEY}","snis":["ai.example.com"]}"""),
        [EntityKinds.CaCertificates] = Of(
            "For upstreams whose certificate no public authority has signed; a service names those it trusts.",
            ("Services, whose certificates are checked against it", "/services"),
            null),
        [EntityKinds.Keys] = Of("Plugins that sign or check tokens refer to it by its name, and to several by their key set.", ("Key sets", "/key-sets"), null),
        [EntityKinds.KeySets] = Of("A new key is added beside the old one, and nobody is locked out while both are in use.", ("Keys", "/signing-keys"), """{"name":"tokens"}"""),
        [EntityKinds.Partials] = Of(
            "Change it once and it has changed for each of them: one Redis for every limit, for example.",
            ("Plugins that can use one", "/plugins/new"),
            """{"name":"counters","type":"redis-ce","config":{"host":"redis.example.com","port":6379}}"""),
    };

    public static EntityLesson For(EntityKind kind) => Lessons[kind];

    private static EntityLesson Of(string when, (string Text, string Href) next, string? example) => new(when, next, example is null ? null : JsonNode.Parse(example)!.AsObject());
}
