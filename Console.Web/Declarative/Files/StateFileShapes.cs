namespace ConsoleWeb.Declarative.Files;

/// <summary>The shapes of decK's state file, format 3.0, as far as this product knows the entities.</summary>
internal static class StateFileShapes
{
    /// <summary>Name of the shape of the whole file.</summary>
    public const string Root = "file";

    private static readonly Dictionary<string, FileShape> Shapes = new(StringComparer.Ordinal)
    {
        [Root] = Shape(
            "file",
            "_format_version _workspace:text _transform:bool _konnect:object:_konnect _info:object:_info _plugin_configs:free"
            + " services:list:service routes:list:route consumers:list:consumer consumer_groups:list:consumer_group"
            + " plugins:list:plugin upstreams:list:upstream certificates:list:certificate"
            + " ca_certificates:list:ca_certificate vaults:list:vault"
            + " partials:list:partial keys:list:key key_sets:list:key_set filter_chains:unsupported licenses:unsupported"
            + " rbac_roles:unsupported custom_entities:unsupported cloned_plugins:unsupported custom_plugins:unsupported"
            + " service_packages:unsupported"),
        ["_konnect"] = Shape("_konnect", "control_plane_name runtime_group_name"),
        ["_info"] = Shape(
            "_info",
            "select_tags:texts defaults:object:defaults default_lookup_tags:object:default_lookup_tags"
            + " consumer_group_policy_overrides:bool include_plugin_definitions:bool skip_hash_for_basic_auth:bool"),
        ["defaults"] = Shape(
            "defaults", "service:object:default_service route:object:default_route upstream:object:default_upstream target:object:default_target"),
        ["default_lookup_tags"] = Shape(
            "default_lookup_tags", "consumers:texts consumer_groups:texts routes:texts services:texts partials:texts"),
        ["default_service"] = Shape("default service", ServiceFields),
        ["default_route"] = Shape("default route", RouteFields),
        ["default_upstream"] = Shape("default upstream", UpstreamFields),
        ["default_target"] = Shape("default target", "weight:integer tags:texts failover:bool"),
        ["service"] = Shape(
            "service",
            "id name url created_at:number updated_at:number routes:list:route plugins:list:plugin filter_chains:unsupported " + ServiceFields,
            oneOf: "name id"),
        ["route"] = Shape(
            "route",
            "id name created_at:number updated_at:number plugins:list:plugin filter_chains:unsupported service:reference " + RouteFields,
            oneOf: "name id"),
        ["plugin"] = Shape(
            "plugin",
            "id name instance_name created_at:number updated_at:number service route consumer consumer_group config:free _config"
            + " enabled:bool protocols:texts tags:texts ordering:free condition partials:any",
            required: "name"),
        ["consumer"] = Shape(
            "consumer",
            "id username custom_id created_at:number updated_at:number tags:texts plugins:list:plugin"
            + " keyauth_credentials:list:keyauth_credential basicauth_credentials:list:basicauth_credential acls:list:acl"
            + " jwt_secrets:list:jwt_secret hmacauth_credentials:list:hmacauth_credential"
            + " oauth2_credentials:unsupported mtls_auth_credentials:unsupported groups:list:group_name",
            oneOf: "username custom_id"),
        ["keyauth_credential"] = Shape(
            "key-auth credential", "id key ttl:integer tags:texts created_at:number", required: "key"),
        ["basicauth_credential"] = Shape(
            "basic-auth credential", "id username password tags:texts created_at:number", required: "username password"),
        ["acl"] = Shape("acl", "id group tags:texts created_at:number", required: "group"),
        ["jwt_secret"] = Shape(
            "jwt secret", "id key secret algorithm rsa_public_key tags:texts created_at:number", required: "algorithm key secret"),
        ["hmacauth_credential"] = Shape(
            "hmac-auth credential", "id username secret tags:texts created_at:number", required: "username secret"),
        ["group_name"] = Shape("consumer's group", "id name tags:texts created_at:number updated_at:number", oneOf: "name id"),
        ["consumer_group"] = Shape(
            "consumer group",
            "id name tags:texts created_at:number updated_at:number consumers:list:group_member plugins:list:plugin",
            oneOf: "name id"),
        ["group_member"] = Shape(
            "member of a consumer group", "id username custom_id tags:texts created_at:number updated_at:number", oneOf: "username id custom_id"),
        ["upstream"] = Shape(
            "upstream", "id name created_at:number updated_at:number targets:list:target " + UpstreamFields, required: "name"),
        ["target"] = Shape(
            "target", "id target weight:integer tags:texts failover:bool created_at:number updated_at:number upstream:reference",
            required: "target"),
        ["certificate"] = Shape(
            "certificate", "id cert key cert_alt key_alt tags:texts created_at:number updated_at:number snis:list:sni",
            required: "id cert key"),
        ["sni"] = Shape(
            "sni", "id name tags:texts created_at:number updated_at:number certificate:reference", required: "name"),
        ["ca_certificate"] = Shape(
            "CA certificate", "id cert cert_digest tags:texts created_at:number updated_at:number", required: "cert"),
        ["vault"] = Shape(
            "vault", "id prefix name description config:free tags:texts created_at:number updated_at:number", required: "name prefix"),
        ["partial"] = Shape(
            "partial", "id name type config:free tags:texts created_at:number updated_at:number", required: "type", oneOf: "name id"),
        ["key_set"] = Shape("key set", "id name tags:texts created_at:number updated_at:number", oneOf: "name id"),
        ["key"] = Shape(
            "key", "id name set:reference kid jwk pem:free tags:texts created_at:number updated_at:number", required: "kid", oneOf: "name id"),
    };

    private const string ServiceFields =
        "protocol host port:integer path retries:integer connect_timeout:integer write_timeout:integer read_timeout:integer"
        + " client_certificate tls_verify:bool tls_verify_depth:integer ca_certificates:texts enabled:bool tags:texts tls_sans:any";

    private const string RouteFields =
        "protocols:texts methods:texts hosts:texts paths:texts headers:free snis:texts sources:any destinations:any"
        + " https_redirect_status_code:integer regex_priority:integer strip_path:bool path_handling preserve_host:bool"
        + " request_buffering:bool response_buffering:bool tags:texts";

    private const string UpstreamFields =
        "algorithm hash_on hash_fallback hash_on_header hash_fallback_header hash_on_cookie hash_on_cookie_path"
        + " hash_on_query_arg hash_fallback_query_arg hash_on_uri_capture hash_fallback_uri_capture slots:integer host_header"
        + " client_certificate:reference use_srv_name:bool healthchecks:free tags:texts";

    public static FileShape Get(string name) => Shapes[name];

    private static FileShape Shape(string word, string members, string required = "", string oneOf = "")
        => new(word, [.. Words(members).Select(Member)], Words(required), Words(oneOf));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary><c>name</c>, <c>name:type</c> or <c>name:type:shape</c>; without a type it is a text.</summary>
    private static FileMember Member(string text)
    {
        var parts = text.Split(':');
        var type = parts.ElementAtOrDefault(1) switch
        {
            null or "text" => FileMemberType.Text,
            "integer" => FileMemberType.Integer,
            "number" => FileMemberType.Number,
            "bool" => FileMemberType.Boolean,
            "texts" => FileMemberType.TextList,
            "free" => FileMemberType.Free,
            "reference" => FileMemberType.Reference,
            "object" => FileMemberType.Object,
            "list" => FileMemberType.ObjectList,
            "unsupported" => FileMemberType.Unsupported,
            _ => FileMemberType.Any,
        };
        return new FileMember(parts[0], type, parts.ElementAtOrDefault(2));
    }
}
