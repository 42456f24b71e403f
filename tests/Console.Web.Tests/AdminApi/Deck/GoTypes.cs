using System.Text.Json;

namespace ConsoleWeb.Tests.AdminApi.Deck;

/// <summary>
/// The structures that decK decodes answers into, and the strictness of Go's decoder: an integer written <c>1.0</c>, a text where a list
/// belongs or a reference that is a bare text end the command.
/// </summary>
internal static class GoTypes
{
    private const string Entity = "id:id created_at:i updated_at:i tags:ls";

    /// <summary>
    /// Members by structure. s text, i integer, n number, b boolean, ls and li lists, m map of anything, ml map of lists of texts, ref
    /// <c>{"id"}</c>, id an id that must be there; [X] a list of a structure, X one.
    /// </summary>
    private static readonly Dictionary<string, Dictionary<string, string>> Structures = new()
    {
        ["services"] = Read(Entity, "name:s protocol:s host:s port:i path:s retries:i connect_timeout:i write_timeout:i read_timeout:i enabled:b"
            + " client_certificate:ref tls_verify:b tls_verify_depth:i ca_certificates:ls"),
        ["routes"] = Read(Entity, "name:s protocols:ls methods:ls hosts:ls paths:ls headers:ml snis:ls sources:[address] destinations:[address]"
            + " https_redirect_status_code:i regex_priority:i strip_path:b path_handling:s preserve_host:b request_buffering:b response_buffering:b service:ref"),
        ["address"] = Read("ip:s port:i"),
        ["plugins"] = Read(Entity, "name:s instance_name:s service:ref route:ref consumer:ref consumer_group:ref config:m protocols:ls enabled:b ordering:ordering"
            + " partials:[link] condition:s"),
        ["ordering"] = Read("before:phases after:phases"),
        ["phases"] = Read("access:ls"),
        ["link"] = Read("id:id name:s path:s"),
        ["consumers"] = Read(Entity, "username:s custom_id:s"),
        ["consumer_groups"] = Read(Entity, "name:s"),
        ["key-auths"] = Read(Entity, "key:s ttl:i consumer:ref"),
        ["basic-auths"] = Read(Entity, "username:s password:s consumer:ref"),
        ["acls"] = Read(Entity, "group:s consumer:ref"),
        ["jwts"] = Read(Entity, "key:s secret:s algorithm:s rsa_public_key:s consumer:ref"),
        ["hmac-auths"] = Read(Entity, "username:s secret:s consumer:ref"),
        ["upstreams"] = Read(Entity, "name:s algorithm:s hash_on:s hash_fallback:s hash_on_header:s hash_fallback_header:s hash_on_cookie:s hash_on_cookie_path:s"
            + " hash_on_query_arg:s hash_fallback_query_arg:s hash_on_uri_capture:s hash_fallback_uri_capture:s slots:i host_header:s client_certificate:ref"
            + " use_srv_name:b healthchecks:healthchecks"),
        ["healthchecks"] = Read("threshold:n active:active passive:passive"),
        ["active"] = Read("type:s timeout:i concurrency:i http_path:s https_sni:s https_verify_certificate:b headers:ml healthy:health unhealthy:health"),
        ["passive"] = Read("type:s healthy:health unhealthy:health"),
        ["health"] = Read("interval:i successes:i tcp_failures:i timeouts:i http_failures:i http_statuses:li"),
        ["targets"] = Read("id:id created_at:n updated_at:n tags:ls target:s weight:i upstream:ref failover:b"),
        ["certificates"] = Read(Entity, "cert:s key:s cert_alt:s key_alt:s snis:ls"),
        ["snis"] = Read(Entity, "name:s certificate:ref"),
        ["ca_certificates"] = Read(Entity, "cert:s cert_digest:s"),
        ["vaults"] = Read(Entity, "prefix:s name:s description:s config:m"),
        ["keys"] = Read(Entity, "name:s kid:s jwk:s pem:pem set:ref"),
        ["pem"] = Read("private_key:s public_key:s"),
        ["key-sets"] = Read(Entity, "name:s"),
        ["partials"] = Read(Entity, "name:s type:s config:m"),
    };

    /// <summary>Reads one entity as decK does.</summary>
    /// <exception cref="InvalidDataException">Go would not decode it; names the member.</exception>
    public static void Check(string collection, JsonElement entity) => CheckStructure(collection, entity, collection);

    private static void CheckStructure(string structure, JsonElement value, string place)
    {
        Demand(value.ValueKind == JsonValueKind.Object, place, "an object", value);
        var fields = Structures[structure];
        foreach (var (name, type) in fields)
        {
            if (type == "id")
            {
                Demand(value.TryGetProperty(name, out var id) && id.ValueKind == JsonValueKind.String && IsId(id.GetString()!), $"{place}.{name}", "an id", value);
            }
        }

        foreach (var member in value.EnumerateObject())
        {
            if (fields.TryGetValue(member.Name, out var type) && member.Value.ValueKind != JsonValueKind.Null)
            {
                CheckValue(type, member.Value, $"{place}.{member.Name}");
            }
        }
    }

    private static void CheckValue(string type, JsonElement value, string place)
    {
        switch (type)
        {
            case "s" or "id":
                Demand(value.ValueKind == JsonValueKind.String, place, "a text", value);
                break;
            case "b":
                Demand(value.ValueKind is JsonValueKind.True or JsonValueKind.False, place, "a boolean", value);
                break;
            case "i":
                Demand(value.ValueKind == JsonValueKind.Number && value.GetRawText().All(c => char.IsAsciiDigit(c) || c == '-'), place, "an integer", value);
                break;
            case "n":
                Demand(value.ValueKind == JsonValueKind.Number, place, "a number", value);
                break;
            case "m":
                Demand(value.ValueKind == JsonValueKind.Object, place, "an object", value);
                break;
            case "ref":
                Demand(value.ValueKind == JsonValueKind.Object && value.TryGetProperty("id", out var id) && IsId(id.GetString() ?? ""), place, "a reference", value);
                break;
            case "ml":
                Demand(value.ValueKind == JsonValueKind.Object, place, "an object", value);
                foreach (var member in value.EnumerateObject())
                {
                    CheckList("s", member.Value, $"{place}.{member.Name}");
                }

                break;
            case "ls" or "li":
                CheckList(type[1..], value, place);
                break;
            case ['[', .. var inner, ']']:
                CheckList(inner, value, place);
                break;
            default:
                CheckStructure(type, value, place);
                break;
        }
    }

    private static void CheckList(string type, JsonElement value, string place)
    {
        Demand(value.ValueKind == JsonValueKind.Array, place, "a list", value);
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            CheckValue(type, item, $"{place}[{index++}]");
        }
    }

    /// <summary>Ids are compared as texts, so their case matters.</summary>
    private static bool IsId(string text) => Guid.TryParseExact(text, "D", out _) && !text.Any(char.IsAsciiLetterUpper);

    private static void Demand(bool holds, string place, string wanted, JsonElement value)
    {
        if (!holds)
        {
            throw new InvalidDataException($"{place}: expected {wanted}, got {value.GetRawText()}");
        }
    }

    private static Dictionary<string, string> Read(params string[] texts) =>
        texts.SelectMany(t => t.Split(' ')).Select(f => f.Split(':')).ToDictionary(f => f[0], f => f[1]);
}
