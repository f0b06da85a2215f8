cmake_minimum_required(VERSION 3.25)
# Who may include whom. Run with `cmake -P tests/layers.cmake`; an include that this table does not allow is an error.
#
# Each line: a folder, then what it may include from: a folder of lib/, or single headers of one.
set(layer_core)
set(layer_http core)
set(layer_config core)
set(layer_compose core)
set(layer_store core)
set(layer_feed core http)
set(layer_media core)
set(layer_oauth core http)
# An account's keys in feeds.toml are described by its network: config/config.h holds the record for it.
set(layer_network core http compose config/config.h)
set(layer_plan core feed config compose)
set(layer_delivery core config plan/pace.h plan/budget.h)
# Of what touches the world, publish knows the interfaces only.
set(layer_publish core feed config compose plan delivery
  http/message.h http/client.h http/backoff.h
  media/image_fitter.h
  store/store.h
  oauth/authorizer.h oauth/credentials.h oauth/token_store.h
  network/network.h network/registry.h)

# The doubles of the networks know the wire, and nothing of how crier decides.
set(layer_rehearsal core http compose oauth
  network/json.h network/percent.h network/network.h network/registry.h)

set(folders core http config compose store media feed oauth network plan delivery publish rehearsal)
get_filename_component(root "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
set(broken 0)

foreach(folder IN LISTS folders)
  file(GLOB_RECURSE sources RELATIVE ${root}/lib ${root}/lib/${folder}/*.h ${root}/lib/${folder}/*.cpp)
  foreach(source IN LISTS sources)
    file(STRINGS ${root}/lib/${source} includes REGEX "^#include \"")
    foreach(line IN LISTS includes)
      string(REGEX REPLACE "^#include \"([^\"]*)\".*" "\\1" header "${line}")
      string(REGEX REPLACE "/.*" "" other "${header}")
      set(allowed FALSE)
      if(other STREQUAL folder)
        set(allowed TRUE)
        # An adapter knows no other network.
        if(folder STREQUAL "network" AND source MATCHES "^network/([a-z_]+)/")
          set(own ${CMAKE_MATCH_1})
          if(header MATCHES "^network/([a-z_]+)/" AND NOT CMAKE_MATCH_1 STREQUAL own)
            set(allowed FALSE)
          endif()
        endif()
      elseif(other IN_LIST layer_${folder} OR header IN_LIST layer_${folder})
        set(allowed TRUE)
      endif()
      if(NOT allowed)
        message(SEND_ERROR "lib/${source} may not include \"${header}\"")
        math(EXPR broken "${broken} + 1")
      endif()
    endforeach()
  endforeach()
endforeach()

# One name, one type: two of one name in one namespace are undefined, and the linker takes either's functions for both.
file(GLOB_RECURSE headers RELATIVE ${root} ${root}/lib/*.h ${root}/cmd/*.h)
set(types)
foreach(header IN LISTS headers)
  file(STRINGS ${root}/${header} space REGEX "^namespace [a-z:]+ {" LIMIT_COUNT 1)
  file(STRINGS ${root}/${header} found REGEX "^(struct|class|enum class) [A-Za-z]+ [:{f]")
  foreach(line IN LISTS found)
    if(NOT space)
      message(SEND_ERROR "${header}: a type outside of any namespace")
    endif()
    string(REGEX REPLACE "^(struct|enum class|class) ([A-Za-z]+).*" "\\2" type "${line}")
    if("${space}${type}" IN_LIST types)
      message(SEND_ERROR "${header}: there is another ${type} in ${space} } already")
    endif()
    list(APPEND types "${space}${type}")
  endforeach()
endforeach()

# Standard places for what must stand in one file each.
function(only_in pattern)
  file(GLOB_RECURSE sources RELATIVE ${root} ${root}/lib/*.h ${root}/lib/*.cpp ${root}/cmd/*.h ${root}/cmd/*.cpp)
  foreach(source IN LISTS sources)
    if(source IN_LIST ARGN)
      continue()
    endif()
    file(STRINGS ${root}/${source} found REGEX "${pattern}")
    if(found)
      message(SEND_ERROR "${source}: '${pattern}' belongs in ${ARGN} only")
    endif()
  endforeach()
endfunction()
# What is printed goes through the guard (cmd/crier/terminal.h), which these pass by.
only_in("std::(cout|cerr|clog)" "nowhere")
only_in("getenv\\(" cmd/crier/wiring.cpp lib/http/proxy.cpp)
only_in("system_clock::now" lib/core/clock.cpp)
only_in("steady_clock::now" lib/core/clock.cpp)
only_in("#include <vips/" cmd/crier-image/main.cpp)
only_in("#include <curl/" lib/http/curl_client.cpp lib/http/curl_transfer.h lib/http/curl_words.h lib/core/url.cpp)
only_in("#include <(zlib|brotli/decode)" lib/http/content_coding.cpp)
only_in("#include <openssl/" lib/oauth/crypto.cpp)
only_in("#include <kainjow/" lib/compose/template.cpp)
only_in("#include <date/tz" lib/core/local_time.cpp)
only_in("#include <utf8proc" lib/core/casefold.cpp lib/core/utf8.cpp)
only_in("#include <SQLiteCpp" lib/store/ledger.h)
only_in("#include <CLI/" cmd/crier/cli.cpp cmd/crier/cli_mistakes.h)
only_in("std::regex" "")
