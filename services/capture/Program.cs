using KoopmanMesh.Capture;
using KoopmanMesh.ServiceDefaults.Clients;
using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Builder;

return await new ServiceProgram("capture", "Runs networks, and is the front door of runs and of the mesh.", args)
{
    Add = builder => builder.AddCapture(),
    Map = app => app.MapCapture().MapFrontDoor(MeshService.Capture),
}.RunAsync();
