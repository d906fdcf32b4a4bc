using System.Reflection;

namespace KoopmanMesh.Compat.Tests.Surface;

/// <summary>What others can use of an assembly, one line a type and a member.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static List<string> Of(Assembly assembly) =>
    [
        .. assembly.GetTypes()
            .Where(static type => IsVisible(type) && !IsGenerated(type))
            .SelectMany(LinesOf)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Code that protoc wrote is the same whoever runs it.</summary>
    private static bool IsGenerated(Type type) => type.Namespace is "Grpc.Health.V1";

    private static bool IsVisible(Type type) => type.IsPublic
        || ((type.IsNestedPublic || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!));

    private static IEnumerable<string> LinesOf(Type type)
    {
        var name = SignatureText.Declared(type);
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            var constraints = SignatureText.Constraints(type.GetGenericArguments());
            return [$"{name}: delegate {SignatureText.Of(invoke.ReturnParameter)}({Parameters(invoke)}){constraints}"];
        }

        if (type.IsEnum)
        {
            return Enum.GetNames(type)
                .Select(value => $"{name}.{value} = {Convert.ToInt64(Enum.Parse(type, value), null)}")
                .Prepend($"{name}: enum : {SignatureText.Of(Enum.GetUnderlyingType(type))}");
        }

        return type.GetConstructors(Declared).Where(static c => IsVisible(c) && !c.IsStatic)
            .Select(c => $"{name}.ctor({Parameters(c)}): {AccessOf(c)}")
            .Concat(type.GetMethods(Declared).Where(static m => IsOwn(m) && !IsAccessor(m))
                .Select(m => MethodLine(name, m)))
            .Concat(type.GetProperties(Declared).Where(static p => p.GetAccessors(true).Any(IsOwn))
                .Select(p => PropertyLine(name, p)))
            .Concat(type.GetFields(Declared).Where(static f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly)
                .Select(f => FieldLine(name, f)))
            .Concat(type.GetEvents(Declared).Where(static e => IsVisible(e.AddMethod!))
                .Select(e => $"{name}.{e.Name}: {ModifiersOf(e.AddMethod!)}event {SignatureText.Of(e)}"))
            .Prepend($"{name}: {KindOf(type)}{BasesOf(type)}{SignatureText.Constraints(type.GetGenericArguments())}");
    }

    private static string KindOf(Type type) => (type.IsNestedFamORAssem ? "protected " : "") + type switch
    {
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string BasesOf(Type type)
    {
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        var interfaces = type.GetInterfaces();
        var own = interfaces
            .Except(inherited)
            .Except(interfaces.SelectMany(static i => i.GetInterfaces()))
            .Where(static i => i.IsPublic)
            .Select(SignatureText.Of)
            .Order(StringComparer.Ordinal);
        string[] bases = type.BaseType is { } super && super != typeof(object) && super != typeof(ValueType)
            ? [SignatureText.Of(super), .. own]
            : [.. own];
        return bases.Length == 0 ? "" : " : " + string.Join(", ", bases);
    }

    private static string MethodLine(string type, MethodInfo method)
    {
        var arguments = method.GetGenericArguments();
        var generic = arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(static a => a.Name))}>";
        var extension = method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute)) ? "this " : "";
        return $"{type}.{method.Name}{generic}({extension}{Parameters(method)}): {ModifiersOf(method)}"
            + SignatureText.Of(method.ReturnParameter) + SignatureText.Constraints(arguments);
    }

    private static string PropertyLine(string type, PropertyInfo property)
    {
        var accessors = string.Concat(property.GetAccessors(true).Where(IsVisible)
            .Select(a => (a == property.GetMethod ? " get;" : IsInit(a) ? " init;" : " set;", a))
            .Select(a => a.a.IsPublic ? a.Item1 : " protected" + a.Item1));
        var index = string.Join(", ", property.GetIndexParameters().Select(SignatureText.Of));
        var name = index.Length == 0 ? property.Name : $"this[{index}]";
        var modifiers = ModifiersOf(property.GetAccessors(true).First(IsVisible));
        return $"{type}.{name}: {modifiers.Replace("protected ", "", StringComparison.Ordinal)}"
            + $"{SignatureText.Of(property)} {{{accessors} }}";
    }

    private static string FieldLine(string type, FieldInfo field)
    {
        var modifiers = field switch
        {
            { IsLiteral: true } => $"const {SignatureText.Of(field)} = {field.GetRawConstantValue()}",
            { IsStatic: true, IsInitOnly: true } => $"static readonly {SignatureText.Of(field)}",
            { IsStatic: true } => $"static {SignatureText.Of(field)}",
            { IsInitOnly: true } => $"readonly {SignatureText.Of(field)}",
            _ => SignatureText.Of(field),
        };
        return $"{type}.{field.Name}: {(field.IsPublic ? "" : "protected ")}{modifiers}";
    }

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(SignatureText.Of));

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers()
        .Contains(typeof(System.Runtime.CompilerServices.IsExternalInit));

    private static bool IsVisible(MethodBase method) =>
        method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    /// <summary>What a type overrides is its base's; accessors belong to their property.</summary>
    private static bool IsOwn(MethodInfo method) =>
        IsVisible(method) && method.GetBaseDefinition() == method;

    // Operators are special names too, and methods.
    private static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static string AccessOf(MethodBase method) => method.IsPublic ? "public" : "protected";

    private static string ModifiersOf(MethodInfo method)
    {
        var access = method.IsPublic ? "" : "protected ";
        if (method.DeclaringType!.IsInterface)
        {
            return access;
        }

        return access + (method switch
        {
            { IsStatic: true } => "static ",
            { IsAbstract: true } => "abstract ",
            { IsVirtual: true, IsFinal: false } => "virtual ",
            _ => "",
        });
    }
}
