using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.Features;
using ConsoleWeb.Options;

namespace ConsoleWeb.AdminApi;

/// <summary>
/// The one control plane of an installation, named <c>quickstart</c> until it is renamed. What may be changed about it is kept in the
/// data directory.
/// </summary>
internal sealed class ControlPlane
{
    public const string DefaultName = "quickstart";

    private readonly Lock _lock = new();
    private readonly NodeIdentity _node;
    private readonly ConsoleAddresses _addresses;
    private readonly TimeProvider _time;
    private readonly string _path;
    private State _state;

    public ControlPlane(NodeIdentity node, ConsoleAddresses addresses, DataDirectory directory, TimeProvider time)
    {
        (_node, _addresses, _time) = (node, addresses, time);
        _path = Path.Combine(directory.Root, "control-plane.json");
        _state = (File.Exists(_path) ? JsonSerializer.Deserialize<State>(File.ReadAllText(_path)) : null)
            ?? new State(DefaultName, "", [], node.CreatedAt);
    }

    public string Id => _node.WorkspaceId;

    public string Name => Current.Name;

    private State Current
    {
        get
        {
            lock (_lock)
            {
                return _state;
            }
        }
    }

    /// <summary>Changes what is not null.</summary>
    public void Update(string? name, string? description, IReadOnlyDictionary<string, string>? labels)
    {
        lock (_lock)
        {
            _state = new State(
                name ?? _state.Name,
                description ?? _state.Description,
                labels is null ? _state.Labels : new Dictionary<string, string>(labels),
                _time.GetUtcNow().ToUnixTimeSeconds());
            DataDirectory.Protect(_path);
            File.WriteAllText(_path, JsonSerializer.Serialize(_state));
        }
    }

    public bool HasLabel(string name, string? value) => Current.Labels.TryGetValue(name, out var found) && (value is null || found == value);

    public JsonObject ToJson()
    {
        var state = Current;
        return new JsonObject
        {
            ["id"] = Id,
            ["name"] = state.Name,
            ["description"] = state.Description,
            ["labels"] = new JsonObject(state.Labels.Select(l => KeyValuePair.Create<string, JsonNode?>(l.Key, l.Value))),
            ["config"] = new JsonObject
            {
                ["control_plane_endpoint"] = _addresses.Admin,
                ["telemetry_endpoint"] = _addresses.Admin,
                ["cluster_type"] = "CLUSTER_TYPE_CONTROL_PLANE",
                ["auth_type"] = "pinned_client_certs",
                ["cloud_gateway"] = false,
                ["proxy_urls"] = new JsonArray(ProxyUrl()),
            },
            ["created_at"] = Moment(_node.CreatedAt),
            ["updated_at"] = Moment(state.UpdatedAt),
        };
    }

    /// <summary>RFC 3339, as everywhere in the management API.</summary>
    internal static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static string Moment(long unixSeconds) => Moment(DateTimeOffset.FromUnixTimeSeconds(unixSeconds));

    private JsonObject ProxyUrl()
    {
        var url = new Uri(_addresses.Proxy);
        return new JsonObject { ["host"] = url.Host, ["port"] = url.Port, ["protocol"] = url.Scheme };
    }

    private sealed record State(string Name, string Description, Dictionary<string, string> Labels, long UpdatedAt);
}
