using System.Text.Json.Nodes;
using Gateway.Shared.Contracts;
using Gateway.Shared.Schema;

namespace Gateway.Shared.Tests.Schema;

/// <summary>A record with a field of every kind.</summary>
internal sealed record ShopConfig
{
    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("Name over the door.")]
    [Length(2, 20)]
    [Rule<NameRule>]
    public required string Name { get; init; }

    [Field("What is sold.")]
    [OneOf("books", "food")]
    public string Kind { get; init; } = "food";

    [Field("Number of floors.")]
    [Between(1, 9)]
    public int Floors { get; init; } = 1;

    [Field("Status of the shop.")]
    [OneOf("200", "404")]
    public int? Status { get; init; }

    [Field("Stars.")]
    [GreaterThan(0)]
    public double? Rating { get; init; }

    [Field("Whether customers may enter.")]
    public bool IsOpen { get; init; } = true;

    [Field("A remark.", AllowEmpty = true)]
    public string? Remark { get; init; }

    [Field("Hours at which it opens, in order.")]
    [Between(0, 23)]
    public IReadOnlyList<int>? Hours { get; init; }

    [Field("Labels.", IsSet = true)]
    [Length(1, 3)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Labels { get; init; }

    [Field("Prices by name.")]
    [Rule<HeaderNameRule>(Keys = true)]
    [GreaterThan(0)]
    public IReadOnlyDictionary<string, double>? Prices { get; init; }

    [Field("Where it is.")]
    public AddressConfig Address { get; init; } = new();

    [Field("Where bills go.")]
    public AddressConfig? Billing { get; init; }

    [Field("The doors.")]
    public IReadOnlyList<DoorConfig> Doors { get; init; } = [];

    [Field("Who owns it.")]
    [Foreign("people")]
    public EntityReference? Owner { get; init; }

    [Field("Anything else.")]
    public JsonObject? Extra { get; init; }

    [Field("Key of the till.", Auto = true, Secret = true)]
    public string TillKey { get; init; } = "";

    [Field("Password of the till.", Secret = true, Referenceable = true)]
    public string? Password { get; init; }

    [Field("Codes by person.", Secret = true, Referenceable = true)]
    public IReadOnlyDictionary<string, string>? Codes { get; init; }

    [Field("Port of the till.", Referenceable = true)]
    public int? TillPort { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }

    [Field("Time of the last change, Unix seconds with a fraction.", Auto = true)]
    public double UpdatedAt { get; init; }

    /// <summary>No field: it does not carry the attribute.</summary>
    public string Computed => Name + Kind;
}

/// <summary>A nested record.</summary>
internal sealed record AddressConfig
{
    [Field("Street.")]
    public string? Street { get; init; }

    [Field("Country.", Name = "country_code")]
    public string Country { get; init; } = "nl";
}

/// <summary>A record in a list.</summary>
internal sealed record DoorConfig
{
    [Field("Width, in centimetres.")]
    public required int Width { get; init; }

    [Field("Colour.")]
    public string Colour { get; init; } = "red";

    [Field("Code of the lock.", Secret = true)]
    public string? Code { get; init; }
}
